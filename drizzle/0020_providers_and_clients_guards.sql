ALTER TABLE "provider_erasures" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "provider_erasures" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "provider_erasures" TO tc_app, tc_worker;--> statement-breakpoint
CREATE POLICY system_all ON "provider_erasures" USING ((SELECT tc_actor() = 'system')) WITH CHECK ((SELECT tc_actor() = 'system'));--> statement-breakpoint
CREATE POLICY staff_read ON "provider_erasures" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY staff_update ON "provider_erasures" FOR UPDATE USING ((SELECT tc_staff_writes())) WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
-- Whose erasure it was sees what the providers answered; never before it is owed.
CREATE POLICY own ON "provider_erasures" FOR SELECT USING (
  owed_at IS NOT NULL AND EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
-- Staff write down what they told and what was answered; whom and what about stays as the erasure left it.
CREATE TRIGGER provider_erasures_staff_columns BEFORE UPDATE ON "provider_erasures" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor'))
  EXECUTE FUNCTION tc_own_columns('told_at', 'told_by', 'answered_at', 'answered_by', 'answer', 'ground', 'until', 'evidence', 'sealed');--> statement-breakpoint
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
