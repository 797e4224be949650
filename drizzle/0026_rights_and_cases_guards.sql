-- Ways in: proofs of identity, permissions of agents, codes to a case.
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
--> statement-breakpoint
-- Mail that comes in, and files.
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
--> statement-breakpoint
-- Corrections.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['correction_runs', 'correction_items', 'address_changes', 'correction_notices'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
    EXECUTE format('CREATE POLICY staff_read ON %I FOR SELECT USING ((SELECT tc_actor() = ''staff''))', t);
  END LOOP;
END $$;--> statement-breakpoint
-- A person proposes in their own case. What a rule approves at once is looked up in the map again before it is applied.
CREATE POLICY own ON "correction_items" FOR SELECT USING (
  EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
CREATE POLICY own_insert ON "correction_items" FOR INSERT WITH CHECK (
  decided_by IS NULL AND run_id IS NULL AND applied_at IS NULL AND settled_at IS NULL
  AND (decision IS NULL OR (decision = 'approved' AND by = 'rule'))
  AND EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
CREATE POLICY staff_update ON "correction_items" FOR UPDATE USING ((SELECT tc_staff_writes())) WITH CHECK ((SELECT tc_staff_writes()) AND applied_at IS NULL);--> statement-breakpoint
CREATE TRIGGER correction_items_staff_columns BEFORE UPDATE ON "correction_items" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor'))
  EXECUTE FUNCTION tc_own_columns('decision', 'decided_at', 'decided_by', 'ground', 'problem', 'content', 'settled_at');--> statement-breakpoint
-- What was put right stays on record with its before and after (L5); only forgetting the person empties it.
CREATE FUNCTION tc_correction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tc_actor() = 'system' AND NEW.content IS NULL
     AND to_jsonb(NEW) - 'content' IS NOT DISTINCT FROM to_jsonb(OLD) - 'content' THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'what was put right stays on record' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER correction_items_guard BEFORE UPDATE ON "correction_items" FOR EACH ROW
  WHEN (OLD.applied_at IS NOT NULL) EXECUTE FUNCTION tc_correction_guard();--> statement-breakpoint
CREATE TRIGGER correction_items_no_truncate BEFORE TRUNCATE ON "correction_items" FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
CREATE POLICY own ON "address_changes" FOR SELECT USING (person_id = tc_person());--> statement-breakpoint
CREATE POLICY own_insert ON "address_changes" FOR INSERT WITH CHECK (person_id = tc_person() AND proven_at IS NULL AND stopped_at IS NULL);--> statement-breakpoint
-- Whose correction it was sees who was told.
CREATE POLICY own ON "correction_notices" FOR SELECT USING (
  EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
CREATE POLICY staff_update ON "correction_notices" FOR UPDATE USING ((SELECT tc_staff_writes())) WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
CREATE TRIGGER correction_notices_staff_columns BEFORE UPDATE ON "correction_notices" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_own_columns('told_at', 'told_by', 'sealed');
--> statement-breakpoint
-- Objections and restrictions.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['processing_records', 'processing_changes', 'processing_refusals'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
    EXECUTE format('CREATE POLICY staff_read ON %I FOR SELECT USING ((SELECT tc_actor() = ''staff''))', t);
    EXECUTE format('CREATE POLICY own ON %I FOR SELECT USING (person_id = tc_person())', t);
  END LOOP;
END $$;--> statement-breakpoint
-- A person says it for themselves and takes it back; what was weighed is staff's to write.
CREATE POLICY own_insert ON "processing_records" FOR INSERT WITH CHECK (
  person_id = tc_person() AND source IN ('person', 'gpc') AND decision IS NULL AND lifts_at IS NULL AND ended_at IS NULL
  AND exception_ground IS DISTINCT FROM 'legal-claims' AND exception_ground IS DISTINCT FROM 'protection-of-others');--> statement-breakpoint
CREATE POLICY own_update ON "processing_records" FOR UPDATE USING (person_id = tc_person()) WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE TRIGGER processing_records_own_columns BEFORE UPDATE ON "processing_records" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'visitor')) EXECUTE FUNCTION tc_own_columns('ended_at', 'ended_how');--> statement-breakpoint
CREATE POLICY staff_insert ON "processing_records" FOR INSERT WITH CHECK ((SELECT tc_staff_writes()) AND source = 'staff');--> statement-breakpoint
CREATE POLICY staff_update ON "processing_records" FOR UPDATE USING ((SELECT tc_staff_writes())) WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
CREATE POLICY own_insert ON "processing_changes" FOR INSERT WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE POLICY staff_insert ON "processing_changes" FOR INSERT WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
-- What was asked for never changes, and what ended stays ended; a case that is cleared takes only the link to it.
CREATE FUNCTION tc_processing_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.kind, OLD.person_id, OLD.purpose, OLD.system, OLD.source, OLD.basis, OLD.exception_ground, OLD.asked_at, OLD.in_effect_from)
     IS DISTINCT FROM
     (NEW.id, NEW.kind, NEW.person_id, NEW.purpose, NEW.system, NEW.source, NEW.basis, NEW.exception_ground, NEW.asked_at, NEW.in_effect_from)
     OR (OLD.ended_at IS NOT NULL AND (OLD.ended_at, OLD.ended_how, OLD.decision, OLD.lifts_at)
         IS DISTINCT FROM (NEW.ended_at, NEW.ended_how, NEW.decision, NEW.lifts_at))
     OR (NEW.case_id IS DISTINCT FROM OLD.case_id AND NEW.case_id IS NOT NULL) THEN
    RAISE EXCEPTION 'what a person asked for does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  -- Only the job lifts, and only what was announced; the person takes back.
  IF NEW.ended_how = 'lifted' AND OLD.ended_how IS NULL AND tc_actor() <> 'system' THEN
    RAISE EXCEPTION 'a limit is lifted on its announced day, by the job' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER processing_records_rules BEFORE UPDATE ON "processing_records" FOR EACH ROW EXECUTE FUNCTION tc_processing_rules();--> statement-breakpoint
-- The database writes the history, so that nothing can forget to. Under one lock until the commit, so that a number that is seen
-- has no smaller one to come: whoever reads on from the last number misses nothing.
CREATE FUNCTION tc_processing_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.decided_at, OLD.decision, OLD.lifts_at, OLD.lift_kept_at, OLD.ended_at)
     IS NOT DISTINCT FROM (NEW.decided_at, NEW.decision, NEW.lifts_at, NEW.lift_kept_at, NEW.ended_at) THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(7046029254386353132);
  IF TG_OP = 'INSERT' THEN
    INSERT INTO processing_changes (record_id, person_id, what, at) VALUES (NEW.id, NEW.person_id, 'asked', NEW.in_effect_from);
    RETURN NULL;
  END IF;
  IF (OLD.decided_at, OLD.decision) IS DISTINCT FROM (NEW.decided_at, NEW.decision) THEN
    INSERT INTO processing_changes (record_id, person_id, what, at) VALUES (NEW.id, NEW.person_id, 'decided', NEW.decided_at);
  END IF;
  IF NEW.lifts_at IS NOT NULL AND NEW.lifts_at IS DISTINCT FROM OLD.lifts_at THEN
    INSERT INTO processing_changes (record_id, person_id, what, at) VALUES (NEW.id, NEW.person_id, 'lift-announced', NEW.lift_announced_at);
  END IF;
  IF NEW.lift_kept_at IS NOT NULL AND NEW.lift_kept_at IS DISTINCT FROM OLD.lift_kept_at THEN
    INSERT INTO processing_changes (record_id, person_id, what, at) VALUES (NEW.id, NEW.person_id, 'lift-kept', NEW.lift_kept_at);
  END IF;
  IF NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL THEN
    INSERT INTO processing_changes (record_id, person_id, what, at) VALUES (NEW.id, NEW.person_id, 'ended', NEW.ended_at);
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER processing_records_history AFTER INSERT OR UPDATE ON "processing_records" FOR EACH ROW EXECUTE FUNCTION tc_processing_history();--> statement-breakpoint
CREATE FUNCTION tc_processing_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND tc_actor() = 'system' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER processing_changes_append_only BEFORE UPDATE OR DELETE ON "processing_changes" FOR EACH ROW EXECUTE FUNCTION tc_processing_append_only();
--> statement-breakpoint
-- Work on the desk.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case_tags', 'case_mentions', 'desk_views', 'saved_replies', 'package_looks', 'package_redactions'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
    IF t <> 'desk_views' THEN
      EXECUTE format('CREATE POLICY staff_read ON %I FOR SELECT USING ((SELECT tc_actor() = ''staff''))', t);
    END IF;
  END LOOP;
END $$;--> statement-breakpoint
CREATE POLICY staff_insert ON "case_tags" FOR INSERT WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
CREATE POLICY staff_delete ON "case_tags" FOR DELETE USING ((SELECT tc_staff_writes()));--> statement-breakpoint
CREATE POLICY staff_insert ON "case_mentions" FOR INSERT WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
-- Whoever was named says that they saw it, and nobody for them.
CREATE POLICY own_update ON "case_mentions" FOR UPDATE
  USING ((SELECT tc_actor() = 'staff') AND staff_id::text = (SELECT current_setting('tc.staff', true)))
  WITH CHECK (staff_id::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
CREATE TRIGGER case_mentions_own_columns BEFORE UPDATE ON "case_mentions" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_own_columns('seen_at');--> statement-breakpoint
-- A view is its maker's alone.
CREATE POLICY own ON "desk_views"
  USING ((SELECT tc_actor() = 'staff') AND staff_id::text = (SELECT current_setting('tc.staff', true)))
  WITH CHECK ((SELECT tc_actor() = 'staff') AND staff_id::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
CREATE POLICY staff_insert ON "saved_replies" FOR INSERT WITH CHECK (
  (SELECT tc_staff_writes()) AND written_by::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
-- An agent edits their own, an officer everybody's.
CREATE POLICY staff_update ON "saved_replies" FOR UPDATE
  USING ((SELECT tc_staff_writes()) AND ((SELECT tc_role() = 'officer') OR written_by::text = (SELECT current_setting('tc.staff', true))))
  WITH CHECK ((SELECT tc_staff_writes()));--> statement-breakpoint
CREATE POLICY staff_insert ON "package_looks" FOR INSERT WITH CHECK (
  (SELECT tc_staff_writes()) AND staff_id::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
CREATE POLICY staff_insert ON "package_redactions" FOR INSERT WITH CHECK (
  (SELECT tc_staff_writes()) AND staff_id::text = (SELECT current_setting('tc.staff', true)) AND applied_at IS NULL);--> statement-breakpoint
-- What somebody looked at is evidence: it goes with its package alone.
CREATE FUNCTION tc_looks_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND tc_actor() = 'system' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER package_looks_stay BEFORE UPDATE OR DELETE ON "package_looks" FOR EACH ROW EXECUTE FUNCTION tc_looks_stay();--> statement-breakpoint
-- S15: a package that was kept back is offered once two different people looked at exactly what is in it, and not before.
CREATE FUNCTION tc_package_second_look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(DISTINCT l.staff_id) FROM package_looks l WHERE l.package_id = NEW.id AND l.sha256 = NEW.sha256) < 2 THEN
    RAISE EXCEPTION 'package % was not looked at by two people', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM package_redactions r WHERE r.package_id = NEW.id AND r.applied_at IS NULL) THEN
    RAISE EXCEPTION 'package % holds what was to be left out', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER packages_second_look BEFORE UPDATE ON "packages" FOR EACH ROW
  WHEN (NEW.ready_at IS NOT NULL AND OLD.ready_at IS NULL AND (OLD.held_at IS NOT NULL OR cardinality(NEW.risks) > 0))
  EXECUTE FUNCTION tc_package_second_look();--> statement-breakpoint
-- Only what moves a deadline concerns the case: that staff were told of one does not.
DROP TRIGGER case_next_due ON case_clocks;--> statement-breakpoint
CREATE TRIGGER case_next_due AFTER INSERT OR DELETE OR UPDATE OF case_id, due_at, stopped_at, pauses ON case_clocks
  FOR EACH ROW EXECUTE FUNCTION tc_next_due();
--> statement-breakpoint
-- Appeals, looks at a record, figures, disclosures, business transfers.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case_appeals', 'record_accesses', 'attainment_counts', 'disclosures', 'disclosure_people', 'business_transfers'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
  END LOOP;
END $$;--> statement-breakpoint

-- Appeals: the subject's own, on their own case; an officer decides in their own name.
CREATE POLICY via_case_read ON case_appeals FOR SELECT USING (EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id));--> statement-breakpoint
CREATE POLICY own_insert ON case_appeals FOR INSERT WITH CHECK (reviewed_at IS NULL
  AND EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
CREATE POLICY officer_update ON case_appeals FOR UPDATE USING ((SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer'))
  WITH CHECK (reviewed_by::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
CREATE FUNCTION tc_appeal_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF tc_actor() = 'system' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'an appeal is not deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.reviewed_at IS NOT NULL
     OR to_jsonb(NEW) - ARRAY['reviewed_by', 'reviewed_at', 'outcome'] IS DISTINCT FROM to_jsonb(OLD) - ARRAY['reviewed_by', 'reviewed_at', 'outcome'] THEN
    RAISE EXCEPTION 'what was appealed and how it ended does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER case_appeals_rules BEFORE UPDATE OR DELETE ON case_appeals FOR EACH ROW EXECUTE FUNCTION tc_appeal_rules();--> statement-breakpoint
-- While an appeal is open its case is decided by an officer, and not by who decided it before (S15). Cancelling stays the subject's, and doing what was asked the system's.
CREATE FUNCTION tc_appealed_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (tc_actor() <> 'system' OR NEW.decided_by IS NOT NULL) AND EXISTS (SELECT 1 FROM case_appeals a WHERE a.case_id = NEW.id AND a.reviewed_at IS NULL
               AND (NEW.decided_by IS NULL OR a.decided_by = NEW.decided_by
                    OR NOT EXISTS (SELECT 1 FROM staff s WHERE s.id = NEW.decided_by AND s.role = 'officer'))) THEN
    RAISE EXCEPTION 'an appeal is decided by an officer who did not decide before' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER cases_appealed BEFORE UPDATE ON cases FOR EACH ROW
  WHEN (OLD.decision IS NULL AND NEW.decision IS NOT NULL AND NEW.decision <> 'cancelled') EXECUTE FUNCTION tc_appealed_case();--> statement-breakpoint

-- Receipts of looking: staff write them in their own name, the person reads what is not concealed.
CREATE POLICY staff_read ON record_accesses FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY staff_insert ON record_accesses FOR INSERT WITH CHECK (
  (SELECT tc_actor() = 'staff') AND staff_id::text = (SELECT current_setting('tc.staff', true)) AND concealed_at IS NULL);--> statement-breakpoint
CREATE POLICY officer_conceal ON record_accesses FOR UPDATE USING ((SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer'))
  WITH CHECK (concealed_by::text = (SELECT current_setting('tc.staff', true)));--> statement-breakpoint
CREATE POLICY own ON record_accesses FOR SELECT USING (person_id = tc_person() AND ((SELECT tc_actor() = 'staff') OR concealed_at IS NULL));--> statement-breakpoint
CREATE FUNCTION tc_access_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND tc_actor() = 'system' THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND OLD.concealed_at IS NULL
     AND to_jsonb(NEW) - ARRAY['concealed_by', 'concealed_at', 'conceal_reason'] = to_jsonb(OLD) - ARRAY['concealed_by', 'concealed_at', 'conceal_reason'] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'record_accesses is append-only' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER record_accesses_rules BEFORE UPDATE OR DELETE ON record_accesses FOR EACH ROW EXECUTE FUNCTION tc_access_rules();--> statement-breakpoint
CREATE TRIGGER record_accesses_no_truncate BEFORE TRUNCATE ON record_accesses FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();--> statement-breakpoint

-- Disclosures: officers record and release, each in their own name; staff read. Whom it is about sees it once they were told.
CREATE POLICY staff_read ON disclosures FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY officer_insert ON disclosures FOR INSERT WITH CHECK (
  (SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer') AND requested_by::text = (SELECT current_setting('tc.staff', true))
  AND released_at IS NULL AND withdrawn_at IS NULL AND opened_at IS NULL);--> statement-breakpoint
CREATE POLICY officer_update ON disclosures FOR UPDATE USING ((SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer'))
  WITH CHECK ((SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer'));--> statement-breakpoint
CREATE POLICY staff_read ON disclosure_people FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY officer_insert ON disclosure_people FOR INSERT WITH CHECK (
  (SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer') AND told_at IS NULL);--> statement-breakpoint
CREATE POLICY own ON disclosure_people FOR SELECT USING (
  told_at IS NOT NULL AND platform_user_id = (SELECT p.platform_user_id FROM people p WHERE p.id = tc_person()));--> statement-breakpoint
CREATE POLICY own ON disclosures FOR SELECT USING (
  opened_at IS NOT NULL AND (SELECT tc_actor() = 'holder') AND EXISTS (SELECT 1 FROM disclosure_people p WHERE p.disclosure_id = disclosures.id));--> statement-breakpoint
CREATE FUNCTION tc_disclosure_sha256(d disclosures) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(d.id, d.authority_kind, d.ground, d.words_sha256, extract(epoch FROM d.received_at)::text,
    d.outcome, d.asked, d.given, d.people_asked, d.people_given, d.people_sha256, extract(epoch FROM d.sealed_until)::text,
    d.requested_by)::text, 'UTF8')), 'hex')
$$;--> statement-breakpoint
CREATE FUNCTION tc_disclosure_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  staff_id text := nullif(current_setting('tc.staff', true), '');
  later text[] := ARRAY['released_by', 'released_at', 'released_sha256', 'withdrawn_by', 'withdrawn_at', 'extended_until', 'extended_by', 'opened_at'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.sha256 := tc_disclosure_sha256(NEW);
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF tc_actor() = 'system' AND (OLD.opened_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'a disclosure is not deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF to_jsonb(NEW) - later IS DISTINCT FROM to_jsonb(OLD) - later
     OR (OLD.released_at IS NOT NULL AND (OLD.released_at, OLD.released_by, OLD.released_sha256)
         IS DISTINCT FROM (NEW.released_at, NEW.released_by, NEW.released_sha256))
     OR (OLD.withdrawn_at IS NOT NULL AND (OLD.withdrawn_at, OLD.withdrawn_by) IS DISTINCT FROM (NEW.withdrawn_at, NEW.withdrawn_by))
     OR (OLD.opened_at IS NOT NULL AND (OLD.opened_at, OLD.extended_until) IS DISTINCT FROM (NEW.opened_at, NEW.extended_until))
     OR NEW.extended_until < OLD.extended_until OR (NEW.extended_until IS NULL AND OLD.extended_until IS NOT NULL) THEN
    RAISE EXCEPTION 'what a disclosure says does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.released_at IS NULL AND NEW.released_at IS NOT NULL AND NEW.people_sha256 <> (
       SELECT encode(sha256(convert_to(coalesce(string_agg(p.platform_user_id, E'\n' ORDER BY p.platform_user_id COLLATE "C"), ''), 'UTF8')), 'hex')
       FROM disclosure_people p WHERE p.disclosure_id = NEW.id) THEN
    RAISE EXCEPTION 'the people of a disclosure are not those that were recorded' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.opened_at IS NULL AND NEW.opened_at IS NOT NULL AND (tc_actor() <> 'system'
       OR greatest(NEW.sealed_until, NEW.extended_until) > NEW.opened_at) THEN
    RAISE EXCEPTION 'a disclosure is sealed until its day' USING ERRCODE = 'restrict_violation';
  END IF;
  IF staff_id IS NOT NULL AND (
     (NEW.released_by IS DISTINCT FROM OLD.released_by AND NEW.released_by::text <> staff_id)
     OR (NEW.withdrawn_by IS DISTINCT FROM OLD.withdrawn_by AND NEW.withdrawn_by::text <> staff_id)
     OR (NEW.extended_by IS DISTINCT FROM OLD.extended_by AND NEW.extended_by::text <> staff_id)) THEN
    RAISE EXCEPTION 'an officer signs for themselves' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER disclosures_rules BEFORE INSERT OR UPDATE OR DELETE ON disclosures FOR EACH ROW EXECUTE FUNCTION tc_disclosure_rules();--> statement-breakpoint
CREATE TRIGGER disclosures_no_truncate BEFORE TRUNCATE ON disclosures FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
-- Who is affected stands still once it was released; that they were told is written once.
CREATE FUNCTION tc_disclosure_people_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT 1 FROM disclosures d WHERE d.id = NEW.disclosure_id AND (d.released_at IS NOT NULL OR d.withdrawn_at IS NOT NULL)) THEN
      RAISE EXCEPTION 'nobody is added to a disclosure that was released' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' AND tc_actor() = 'system' THEN RETURN OLD; END IF;
  IF TG_OP = 'UPDATE' AND tc_actor() = 'system' AND to_jsonb(NEW) - ARRAY['address', 'told_at'] = to_jsonb(OLD) - ARRAY['address', 'told_at']
     AND (OLD.told_at IS NULL OR NEW.told_at = OLD.told_at) AND (NEW.address IS NULL OR NEW.address = OLD.address) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'disclosure_people is append-only' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER disclosure_people_rules BEFORE INSERT OR UPDATE OR DELETE ON disclosure_people FOR EACH ROW EXECUTE FUNCTION tc_disclosure_people_rules();--> statement-breakpoint

-- Business transfers: what was published is everybody's, drafts are the staff's.
CREATE POLICY public_read ON business_transfers FOR SELECT USING (published_at IS NOT NULL OR (SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY officer_insert ON business_transfers FOR INSERT WITH CHECK (
  (SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer') AND requested_by::text = (SELECT current_setting('tc.staff', true))
  AND approved_at IS NULL AND published_at IS NULL);--> statement-breakpoint
CREATE POLICY officer_update ON business_transfers FOR UPDATE USING ((SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer'))
  WITH CHECK ((SELECT tc_actor() = 'staff') AND (SELECT tc_role() = 'officer'));--> statement-breakpoint
CREATE FUNCTION tc_transfer_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  staff_id text := nullif(current_setting('tc.staff', true), '');
  later text[] := ARRAY['approved_by', 'approved_at', 'approved_sha256', 'withdrawn_by', 'withdrawn_at', 'version_id', 'published_at'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF tc_actor() = 'system' AND OLD.published_at IS NULL THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'a business transfer that was published stays' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.sha256 := encode(sha256(convert_to(jsonb_build_array(NEW.id, NEW.kind, NEW.recipient, NEW.country, NEW.categories, NEW.ground,
      NEW.text, extract(epoch FROM NEW.happens_at)::text, NEW.requested_by)::text, 'UTF8')), 'hex');
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - later IS DISTINCT FROM to_jsonb(OLD) - later
     OR (OLD.approved_at IS NOT NULL AND (OLD.approved_at, OLD.approved_by, OLD.approved_sha256)
         IS DISTINCT FROM (NEW.approved_at, NEW.approved_by, NEW.approved_sha256))
     OR (OLD.withdrawn_at IS NOT NULL AND (OLD.withdrawn_at, OLD.withdrawn_by) IS DISTINCT FROM (NEW.withdrawn_at, NEW.withdrawn_by))
     OR (OLD.published_at IS NOT NULL AND (OLD.published_at, OLD.version_id) IS DISTINCT FROM (NEW.published_at, NEW.version_id)) THEN
    RAISE EXCEPTION 'what a business transfer says does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  IF staff_id IS NOT NULL AND (
     (NEW.approved_by IS DISTINCT FROM OLD.approved_by AND NEW.approved_by::text <> staff_id)
     OR (NEW.withdrawn_by IS DISTINCT FROM OLD.withdrawn_by AND NEW.withdrawn_by::text <> staff_id)) THEN
    RAISE EXCEPTION 'an officer signs for themselves' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND (NEW.withdrawn_at IS NOT NULL OR NOT EXISTS (
       SELECT 1 FROM policy_versions v JOIN policy_highlights h ON h.version_id = v.id AND h.kind = 'new-recipient'
       WHERE v.id = NEW.version_id AND v.announced_at IS NOT NULL AND v.withdrawn_at IS NULL AND v.effective_at <= NEW.happens_at)) THEN
    RAISE EXCEPTION 'no announced version tells of this transfer before its day' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER business_transfers_rules BEFORE INSERT OR UPDATE OR DELETE ON business_transfers FOR EACH ROW EXECUTE FUNCTION tc_transfer_rules();
--> statement-breakpoint
-- Transfers to and from other providers.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['transfers', 'incoming_transfers', 'incoming_chunks'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
  END LOOP;
END $$;--> statement-breakpoint
CREATE POLICY staff_read ON "transfers" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY staff_read ON "incoming_transfers" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
-- A person asks for a transfer and takes it back; all that happens to it in between is the system's to write.
CREATE POLICY own ON "transfers" FOR SELECT USING (person_id = tc_person());--> statement-breakpoint
CREATE POLICY own_insert ON "transfers" FOR INSERT WITH CHECK (
  person_id = tc_person() AND offered_at IS NULL AND sent_at IS NULL AND arrived_at IS NULL AND failed_at IS NULL AND bytes_sent = 0);--> statement-breakpoint
CREATE POLICY own_update ON "transfers" FOR UPDATE USING (person_id = tc_person()) WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE TRIGGER transfers_own_columns BEFORE UPDATE ON "transfers" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_own_columns('revoked_at');--> statement-breakpoint
-- What a receiver signed is evidence: it is written once. To whom something was sent never changes after the person confirmed it.
CREATE FUNCTION tc_transfer_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.acknowledgement IS NOT NULL AND NEW.acknowledgement IS DISTINCT FROM OLD.acknowledgement THEN
    RAISE EXCEPTION 'an acknowledgement of % is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER transfers_evidence BEFORE UPDATE ON "transfers" FOR EACH ROW EXECUTE FUNCTION tc_transfer_evidence();--> statement-breakpoint
CREATE TRIGGER incoming_transfers_evidence BEFORE UPDATE ON "incoming_transfers" FOR EACH ROW EXECUTE FUNCTION tc_transfer_evidence();--> statement-breakpoint
CREATE FUNCTION tc_transfer_receiver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.origin, OLD.public_key, OLD.endpoint, OLD.scope, OLD.package_id, OLD.person_id)
     IS DISTINCT FROM (NEW.origin, NEW.public_key, NEW.endpoint, NEW.scope, NEW.package_id, NEW.person_id) THEN
    RAISE EXCEPTION 'whom a transfer goes to is set once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER transfers_receiver BEFORE UPDATE ON "transfers" FOR EACH ROW EXECUTE FUNCTION tc_transfer_receiver();
