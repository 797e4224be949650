DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['signing_keys', 'notice_zones'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING (tc_actor() = ''system'') WITH CHECK (tc_actor() = ''system'')', t);
  END LOOP;
END $$;--> statement-breakpoint
-- A public key is everybody's, and stays: files signed years ago are still checked with it.
CREATE POLICY public_read ON signing_keys FOR SELECT USING (true);--> statement-breakpoint
CREATE TRIGGER signing_keys_append_only BEFORE UPDATE OR DELETE ON signing_keys FOR EACH ROW EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
-- How a zone's mails said the time names nobody; a person's own evidence needs it.
CREATE POLICY public_read ON notice_zones FOR SELECT USING (tc_actor() IN ('staff', 'holder'));--> statement-breakpoint
-- Reports never change; they end with the evidence they belong to, when its retention is over.
CREATE FUNCTION tc_append_only_until_cleared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND tc_actor() = 'system' AND EXISTS (
    SELECT 1 FROM notice_recipients r JOIN notices n ON n.id = r.notice_id
    WHERE r.id = OLD.recipient_id AND n.evidence_cleared_at IS NOT NULL) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
DROP TRIGGER notice_events_append_only ON notice_events;--> statement-breakpoint
CREATE TRIGGER notice_events_append_only BEFORE UPDATE OR DELETE ON notice_events FOR EACH ROW EXECUTE FUNCTION tc_append_only_until_cleared();
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['acknowledgements', 'notice_second_ways', 'policy_subscribers'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING (tc_actor() = ''system'') WITH CHECK (tc_actor() = ''system'')', t);
  END LOOP;
END $$;--> statement-breakpoint
-- A person's own acknowledgement, written by their own use; staff read. Subscribers are the system's alone.
CREATE POLICY own ON acknowledgements FOR SELECT USING (
  person_id = tc_person() OR subject = (SELECT p.platform_user_id FROM people p WHERE p.id = tc_person()));--> statement-breakpoint
CREATE POLICY own_insert ON acknowledgements FOR INSERT WITH CHECK (person_id = tc_person() AND via = 'app');--> statement-breakpoint
CREATE POLICY staff_read ON acknowledgements FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY staff_read ON notice_second_ways FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY staff_tell ON notice_second_ways FOR UPDATE USING (tc_staff_writes()) WITH CHECK (tc_staff_writes());--> statement-breakpoint
CREATE POLICY via_recipient ON notice_second_ways FOR SELECT USING (
  tc_actor() = 'holder' AND EXISTS (SELECT 1 FROM notice_recipients r WHERE r.id = recipient_id));
