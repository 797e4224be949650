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
