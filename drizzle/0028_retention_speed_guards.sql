-- What the nightly comparison of the data map found: no personal data.
ALTER TABLE map_checks ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE map_checks FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON map_checks TO tc_app, tc_worker;--> statement-breakpoint
CREATE POLICY system_all ON map_checks USING ((SELECT tc_actor() = 'system')) WITH CHECK ((SELECT tc_actor() = 'system'));
