DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['retention_sweeps', 'retention_runs', 'retention_closures', 'retention_canaries'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
  END LOOP;
END $$;--> statement-breakpoint
-- Counts by collection name nobody: staff read them, and ask for a dry run in their own name.
CREATE POLICY staff_read ON "retention_sweeps" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY staff_ask ON "retention_sweeps" FOR INSERT WITH CHECK (
  (SELECT tc_staff_writes()) AND kind = 'dry-run' AND requested_by::text = current_setting('tc.staff', true));--> statement-breakpoint
CREATE POLICY staff_read ON "retention_runs" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY staff_read ON "retention_canaries" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
-- The details of an entry go when their time is over, by the system alone; nobody changes them.
CREATE FUNCTION tc_audit_details() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND tc_actor() = 'system' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER audit_details_stay BEFORE UPDATE OR DELETE ON audit_payloads FOR EACH ROW EXECUTE FUNCTION tc_audit_details();
