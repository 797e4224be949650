DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['identity_proofs', 'agent_permissions', 'case_tokens'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
  END LOOP;
END $$;--> statement-breakpoint
-- Staff see whether somebody is who they say and whether an agent may ask; proving and signing is the person's alone.
CREATE POLICY staff_read ON "identity_proofs" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY staff_read ON "agent_permissions" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
-- A mail that staff's reply causes carries a new code; nobody on the desk reads one.
CREATE POLICY staff_insert ON "case_tokens" FOR INSERT WITH CHECK ((SELECT tc_staff_writes()) AND purpose = 'status');--> statement-breakpoint
-- What was signed is evidence: its words, their hash and its time stay. It can be taken back, and goes with the case.
CREATE FUNCTION tc_permission_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.signed_at IS NOT NULL
     AND (to_jsonb(NEW) - ARRAY['withdrawn_at', 'subject_address']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['withdrawn_at', 'subject_address'])
     OR OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
    RAISE EXCEPTION 'a signed permission cannot change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER agent_permissions_stay BEFORE UPDATE ON "agent_permissions" FOR EACH ROW EXECUTE FUNCTION tc_permission_stays();--> statement-breakpoint
-- A clock that is paused is due at no known time: the desk sorts by those that run.
CREATE OR REPLACE FUNCTION tc_next_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c uuid := coalesce(NEW.case_id, OLD.case_id);
BEGIN
  UPDATE cases SET next_due_at = (
    SELECT min(k.due_at) FROM case_clocks k
    WHERE k.case_id = c AND k.stopped_at IS NULL AND NOT jsonb_path_exists(k.pauses, '$[*] ? (!exists(@.until))'))
  WHERE id = c;
  RETURN NULL;
END $$;
