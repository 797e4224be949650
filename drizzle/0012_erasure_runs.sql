CREATE TABLE "erasure_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"system" text NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"fates" jsonb,
	"transaction" text,
	"finished_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"failure" text,
	CONSTRAINT "erasure_runs_one" UNIQUE("case_id","system")
);
--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "begun_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "carried_out_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "erasure_runs" ADD CONSTRAINT "erasure_runs_case_id_deletions_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."deletions"("case_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "erasure_runs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "erasure_runs" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "erasure_runs" TO tc_app, tc_worker;--> statement-breakpoint
CREATE POLICY system_all ON "erasure_runs" USING ((SELECT tc_actor() = 'system')) WITH CHECK ((SELECT tc_actor() = 'system'));--> statement-breakpoint
-- The engine alone writes them; staff and the person whose request it is read.
CREATE POLICY staff_read ON "erasure_runs" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY own ON "erasure_runs" FOR SELECT USING (EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));
