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
CREATE TABLE "provider_erasures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"recipient" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"way" text NOT NULL,
	"reason" text,
	"sealed" "bytea",
	"prepared_at" timestamp with time zone NOT NULL,
	"owed_at" timestamp with time zone,
	"due_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_attempt_at" timestamp with time zone,
	"last_failure" text,
	"told_at" timestamp with time zone,
	"told_by" uuid,
	"reminded_at" timestamp with time zone,
	"reminders" integer DEFAULT 0 NOT NULL,
	"answered_at" timestamp with time zone,
	"answered_by" uuid,
	"answer" text,
	"ground" "bytea",
	"until" date,
	"evidence" "bytea",
	CONSTRAINT "provider_erasures_answer" CHECK (("provider_erasures"."answered_at" is null) = ("provider_erasures"."answer" is null)),
	CONSTRAINT "provider_erasures_destroyed" CHECK ("provider_erasures"."answered_at" is null or "provider_erasures"."sealed" is null)
);
--> statement-breakpoint
ALTER TABLE "client_erasures" ADD CONSTRAINT "client_erasures_ordered_by_people_id_fk" FOREIGN KEY ("ordered_by") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_requests" ADD CONSTRAINT "client_requests_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_requests" ADD CONSTRAINT "client_requests_passed_by_staff_id_fk" FOREIGN KEY ("passed_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_requests" ADD CONSTRAINT "client_requests_done_by_people_id_fk" FOREIGN KEY ("done_by") REFERENCES "public"."people"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_erasures" ADD CONSTRAINT "provider_erasures_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_erasures" ADD CONSTRAINT "provider_erasures_told_by_staff_id_fk" FOREIGN KEY ("told_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_erasures" ADD CONSTRAINT "provider_erasures_answered_by_staff_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "client_erasures_open" ON "client_erasures" USING btree ("company_id","client_id") WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX "client_erasures_company" ON "client_erasures" USING btree ("company_id","ordered_at");--> statement-breakpoint
CREATE INDEX "client_requests_company" ON "client_requests" USING btree ("company_id");--> statement-breakpoint
CREATE UNIQUE INDEX "provider_erasures_waiting" ON "provider_erasures" USING btree ("case_id","recipient") WHERE owed_at is null;--> statement-breakpoint
CREATE INDEX "provider_erasures_case" ON "provider_erasures" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "provider_erasures_open" ON "provider_erasures" USING btree ("due_at","id") WHERE owed_at is not null and answered_at is null;