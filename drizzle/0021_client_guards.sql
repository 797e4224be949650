DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['client_requests', 'client_erasures'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
    EXECUTE format('CREATE POLICY staff_read ON %I FOR SELECT USING ((SELECT tc_actor() = ''staff''))', t);
    -- A company's are its owners'.
    EXECUTE format('CREATE POLICY own ON %I FOR SELECT USING (EXISTS (SELECT 1 FROM people p WHERE p.id = tc_person() AND p.platform_owner AND p.platform_company_id = company_id))', t);
  END LOOP;
END $$;--> statement-breakpoint
CREATE POLICY staff_insert ON "client_requests" FOR INSERT WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
CREATE POLICY own_update ON "client_requests" FOR UPDATE
  USING (EXISTS (SELECT 1 FROM people p WHERE p.id = tc_person() AND p.platform_owner AND p.platform_company_id = company_id))
  WITH CHECK (done_by = tc_person());--> statement-breakpoint
CREATE TRIGGER client_requests_own_columns BEFORE UPDATE ON "client_requests" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_own_columns('done_at', 'done_by', 'sealed');--> statement-breakpoint
CREATE POLICY own_insert ON "client_erasures" FOR INSERT WITH CHECK (ordered_by = tc_person() AND finished_at IS NULL
  AND EXISTS (SELECT 1 FROM people p WHERE p.id = tc_person() AND p.platform_owner AND p.platform_company_id = company_id));
