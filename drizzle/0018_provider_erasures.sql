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
ALTER TABLE "provider_erasures" ADD CONSTRAINT "provider_erasures_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_erasures" ADD CONSTRAINT "provider_erasures_told_by_staff_id_fk" FOREIGN KEY ("told_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "provider_erasures" ADD CONSTRAINT "provider_erasures_answered_by_staff_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "provider_erasures_waiting" ON "provider_erasures" USING btree ("case_id","recipient") WHERE owed_at is null;--> statement-breakpoint
CREATE INDEX "provider_erasures_case" ON "provider_erasures" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "provider_erasures_open" ON "provider_erasures" USING btree ("due_at","id") WHERE owed_at is not null and answered_at is null;