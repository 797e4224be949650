-- What was left out of messages, and who has a case open.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['message_originals', 'message_redactions', 'case_presence'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
  END LOOP;
END $$;--> statement-breakpoint
-- Staff put an original away; an officer alone gets it back.
CREATE POLICY staff_insert ON "message_originals" FOR INSERT WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
CREATE POLICY officer_read ON "message_originals" FOR SELECT USING ((SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer'));--> statement-breakpoint
-- Whoever may read a message reads what was left out of it, and why.
CREATE POLICY staff_insert ON "message_redactions" FOR INSERT WITH CHECK (
  (SELECT tc_staff_writes()) AND staff_id::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
CREATE POLICY staff_read ON "message_redactions" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY via_message ON "message_redactions" FOR SELECT USING (
  EXISTS (SELECT 1 FROM case_messages m WHERE m.id = message_id));--> statement-breakpoint
-- Evidence: an original moves under its person's key once that is known, and is otherwise as it was put away.
CREATE FUNCTION tc_redaction_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND tc_actor() = 'system' THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'message_originals' AND tc_actor() = 'system'
     AND to_jsonb(NEW) - 'body' = to_jsonb(OLD) - 'body' THEN RETURN NEW; END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER message_originals_stay BEFORE UPDATE OR DELETE ON "message_originals" FOR EACH ROW EXECUTE FUNCTION tc_redaction_stays();--> statement-breakpoint
CREATE TRIGGER message_redactions_stay BEFORE UPDATE OR DELETE ON "message_redactions" FOR EACH ROW EXECUTE FUNCTION tc_redaction_stays();--> statement-breakpoint
CREATE TRIGGER message_originals_no_truncate BEFORE TRUNCATE ON "message_originals" FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
CREATE TRIGGER message_redactions_no_truncate BEFORE TRUNCATE ON "message_redactions" FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
-- What somebody wrote stays as it is: people change its words alone, and only where what was left out is on record with its original.
CREATE FUNCTION tc_message_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(NEW) - 'body' IS DISTINCT FROM to_jsonb(OLD) - 'body'
     OR NOT EXISTS (SELECT 1 FROM message_redactions r WHERE r.message_id = OLD.id) THEN
    RAISE EXCEPTION 'a message changes only by what is left out of it' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER case_messages_words BEFORE UPDATE ON "case_messages" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_message_words();--> statement-breakpoint
-- The mail that a message came in, and the files of one that was taken out of view, are an officer's as well.
CREATE POLICY hide_redacted ON "inbound_mails" AS RESTRICTIVE FOR SELECT USING (
  (SELECT tc_actor() <> 'staff') OR (SELECT tc_role() = 'officer')
  OR NOT EXISTS (SELECT 1 FROM message_redactions r WHERE r.message_id = inbound_mails.message_id));--> statement-breakpoint
CREATE POLICY hide_withdrawn ON "attachments" AS RESTRICTIVE FOR SELECT USING (
  (SELECT tc_actor() = 'system') OR ((SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer'))
  OR NOT EXISTS (SELECT 1 FROM message_redactions r WHERE r.message_id = attachments.message_id AND r.whole));--> statement-breakpoint
-- Each of the staff says for themselves that they have a case open, and for nobody else.
CREATE POLICY staff_read ON "case_presence" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY own_insert ON "case_presence" FOR INSERT WITH CHECK (
  (SELECT tc_staff_writes()) AND staff_id::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
CREATE POLICY own_update ON "case_presence" FOR UPDATE
  USING ((SELECT tc_actor() = 'staff') AND staff_id::text = (SELECT current_setting('tc.staff', true)))
  WITH CHECK (staff_id::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
CREATE POLICY own_delete ON "case_presence" FOR DELETE
  USING ((SELECT tc_actor() = 'staff') AND staff_id::text = (SELECT current_setting('tc.staff', true)));
