CREATE TABLE "client_erasures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"company_id" text NOT NULL,
	"client_id" text NOT NULL,
	"ordered_by" uuid,
	"ordered_at" timestamp with time zone NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"fates" jsonb,
	"transaction" text,
	"finished_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "client_requests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"reference" text NOT NULL,
	"company_id" text NOT NULL,
	"sealed" "bytea",
	"passed_at" timestamp with time zone NOT NULL,
	"passed_by" uuid,
	"done_at" timestamp with time zone,
	"done_by" uuid,
	CONSTRAINT "client_requests_one" UNIQUE("case_id","company_id")
);
--> statement-breakpoint
ALTER TABLE "client_erasures" ADD CONSTRAINT "client_erasures_ordered_by_people_id_fk" FOREIGN KEY ("ordered_by") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_requests" ADD CONSTRAINT "client_requests_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_requests" ADD CONSTRAINT "client_requests_passed_by_staff_id_fk" FOREIGN KEY ("passed_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_requests" ADD CONSTRAINT "client_requests_done_by_people_id_fk" FOREIGN KEY ("done_by") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "client_erasures_open" ON "client_erasures" USING btree ("company_id","client_id") WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX "client_erasures_company" ON "client_erasures" USING btree ("company_id","ordered_at");--> statement-breakpoint
CREATE INDEX "client_requests_company" ON "client_requests" USING btree ("company_id");