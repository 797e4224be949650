CREATE TABLE "address_changes" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"stop_token_hash" text NOT NULL,
	"prove_token_hash" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"proven_at" timestamp with time zone,
	"stopped_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "correction_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"system" text NOT NULL,
	"collection" text NOT NULL,
	"field" text NOT NULL,
	"label" text NOT NULL,
	"category" text NOT NULL,
	"by" text NOT NULL,
	"content" "bytea",
	"cell" text NOT NULL,
	"decision" text,
	"decided_at" timestamp with time zone,
	"decided_by" uuid,
	"ground" text,
	"problem" text,
	"run_id" uuid,
	"applied_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	CONSTRAINT "correction_items_decision" CHECK (("correction_items"."decided_at" is null) = ("correction_items"."decision" is null))
);
--> statement-breakpoint
CREATE TABLE "correction_notices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"recipient" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"way" text NOT NULL,
	"sealed" "bytea",
	"owed_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_failure" text,
	"told_at" timestamp with time zone,
	"told_by" uuid,
	CONSTRAINT "correction_notices_destroyed" CHECK ("correction_notices"."told_at" is null or "correction_notices"."sealed" is null)
);
--> statement-breakpoint
CREATE TABLE "correction_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"system" text NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"outcome" jsonb,
	"sealed" "bytea",
	"transaction" text,
	"finished_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"failure" text
);
--> statement-breakpoint
ALTER TABLE "address_changes" ADD CONSTRAINT "address_changes_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "address_changes" ADD CONSTRAINT "address_changes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_decided_by_staff_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_run_id_correction_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."correction_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_notices" ADD CONSTRAINT "correction_notices_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_notices" ADD CONSTRAINT "correction_notices_run_id_correction_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."correction_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_notices" ADD CONSTRAINT "correction_notices_told_by_staff_id_fk" FOREIGN KEY ("told_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_runs" ADD CONSTRAINT "correction_runs_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "address_changes_stop" ON "address_changes" USING btree ("stop_token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "address_changes_prove" ON "address_changes" USING btree ("prove_token_hash");--> statement-breakpoint
CREATE INDEX "address_changes_person" ON "address_changes" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "correction_items_open" ON "correction_items" USING btree ("cell") WHERE settled_at is null;--> statement-breakpoint
CREATE INDEX "correction_items_case" ON "correction_items" USING btree ("case_id","position");--> statement-breakpoint
CREATE INDEX "correction_items_run" ON "correction_items" USING btree ("run_id");--> statement-breakpoint
CREATE UNIQUE INDEX "correction_notices_one" ON "correction_notices" USING btree ("run_id","recipient");--> statement-breakpoint
CREATE INDEX "correction_notices_case" ON "correction_notices" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "correction_notices_open" ON "correction_notices" USING btree ("owed_at","id") WHERE told_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "correction_runs_open" ON "correction_runs" USING btree ("case_id","system") WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX "correction_runs_case" ON "correction_runs" USING btree ("case_id");