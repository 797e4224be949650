ALTER TABLE "erasure_runs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "erasure_runs" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "erasure_runs" TO tc_app, tc_worker;--> statement-breakpoint
CREATE POLICY system_all ON "erasure_runs" USING ((SELECT tc_actor() = 'system')) WITH CHECK ((SELECT tc_actor() = 'system'));--> statement-breakpoint
-- The engine alone writes them; staff and the person whose request it is read.
CREATE POLICY staff_read ON "erasure_runs" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY own ON "erasure_runs" FOR SELECT USING (EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));
