-- Whose account ended is the system's alone to know, until they are forgotten.
ALTER TABLE ended_accounts ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE ended_accounts FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ended_accounts TO tc_app, tc_worker;--> statement-breakpoint
CREATE POLICY system_all ON ended_accounts USING ((SELECT tc_actor() = 'system')) WITH CHECK ((SELECT tc_actor() = 'system'));
