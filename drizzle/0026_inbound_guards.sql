DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['inbound_mails', 'attachments'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
    EXECUTE format('CREATE POLICY staff_read ON %I FOR SELECT USING ((SELECT tc_actor() = ''staff''))', t);
  END LOOP;
END $$;--> statement-breakpoint
-- Whoever may read a message may read what came with it; a holder adds to the messages of their own cases.
CREATE POLICY via_message ON "attachments" FOR SELECT USING (
  EXISTS (SELECT 1 FROM case_messages m WHERE m.id = message_id));--> statement-breakpoint
CREATE POLICY own_insert ON "attachments" FOR INSERT WITH CHECK (EXISTS (
  SELECT 1 FROM case_messages m JOIN cases c ON c.id = m.case_id
  WHERE m.id = message_id AND m.author = 'subject' AND c.subject_id = tc_person()));--> statement-breakpoint
-- Staff make a case of a mail that was taken for a machine's; what came, and when, stays as it was.
CREATE POLICY staff_update ON "inbound_mails" FOR UPDATE USING ((SELECT tc_staff_writes())) WITH CHECK ((SELECT tc_staff_writes()) AND message_id IS NOT NULL);--> statement-breakpoint
CREATE TRIGGER inbound_mails_staff_columns BEFORE UPDATE ON "inbound_mails" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_own_columns('message_id');
