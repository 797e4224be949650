-- What the nightly comparison of the data map found: no personal data.
ALTER TABLE map_checks ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE map_checks FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON map_checks TO tc_app, tc_worker;--> statement-breakpoint
CREATE POLICY system_all ON map_checks USING ((SELECT tc_actor() = 'system')) WITH CHECK ((SELECT tc_actor() = 'system'));
--> statement-breakpoint
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
-- A reply that was taken out of view before its mail was tried is not sent. Staff put mails in and see none: this runs with the
-- owner's rights, as the system, for such a reply alone.
CREATE FUNCTION tc_drop_reply_mail(message uuid) RETURNS boolean LANGUAGE sql
  SECURITY DEFINER SET search_path = public, pg_temp SET "tc.actor" = 'system' AS $$
  WITH dropped AS (
    UPDATE outgoing_mails SET skipped_at = now(), sealed = NULL
    WHERE idempotency_key = 'case-reply-' || message AND first_attempt_at IS NULL AND sealed IS NOT NULL
      AND EXISTS (SELECT 1 FROM message_redactions r WHERE r.message_id = message AND r.whole)
    RETURNING id)
  SELECT EXISTS (SELECT 1 FROM dropped)
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION tc_drop_reply_mail(uuid) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tc_drop_reply_mail(uuid) TO tc_app, tc_worker;--> statement-breakpoint
-- The files of a message that was taken out of view are an officer's.
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
--> statement-breakpoint
-- Corrections that staff propose.
-- A person proposes in their own name; staff for somebody in theirs, which is written down, and a colleague approves it.
ALTER POLICY own_insert ON "correction_items" WITH CHECK (
  decided_by IS NULL AND run_id IS NULL AND applied_at IS NULL AND settled_at IS NULL AND proposed_by IS NULL
  AND (decision IS NULL OR (decision = 'approved' AND by = 'rule'))
  AND EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
CREATE POLICY staff_insert ON "correction_items" FOR INSERT WITH CHECK (
  (SELECT tc_staff_writes()) AND proposed_by::text = current_setting('tc.staff', true)
  AND decided_by IS NULL AND run_id IS NULL AND applied_at IS NULL AND settled_at IS NULL
  AND (decision IS NULL OR (decision = 'approved' AND by = 'rule')));
--> statement-breakpoint
-- Who goes on signed in with a request of theirs that waits for a link proved it by that: for their own case alone, and once. The
-- function names the actor, since nobody but the system writes proofs; its last link ends with it. False where there is nothing to prove.
CREATE FUNCTION tc_prove_signed_in(theirs uuid, now timestamptz) RETURNS boolean LANGUAGE plpgsql SET "tc.actor" = 'system' AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = $1 AND c.subject_id = tc_person() AND c.channel <> 'dashboard') THEN RETURN false; END IF;
  INSERT INTO identity_proofs AS p (case_id, asked_at, expires_at, proved_at) VALUES ($1, $2, $2, $2)
    ON CONFLICT (case_id) DO UPDATE SET proved_at = $2 WHERE p.proved_at IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE case_tokens t SET used_at = $2 WHERE t.case_id = $1 AND t.purpose = 'proof' AND t.used_at IS NULL;
  RETURN true;
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION tc_prove_signed_in(uuid, timestamptz) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tc_prove_signed_in(uuid, timestamptz) TO tc_app;
--> statement-breakpoint
-- Row security holds for the owner as well; a migration acts as the system.
SELECT set_config('tc.actor', 'system', true);--> statement-breakpoint
-- What people said so far is about the account that they have now; nobody knows of an earlier one.
UPDATE processing_records r SET subject = p.platform_user_id FROM people p
  WHERE p.id = r.person_id AND r.subject IS NULL AND p.platform_user_id IS NOT NULL;--> statement-breakpoint
UPDATE processing_refusals f SET subject = p.platform_user_id FROM people p
  WHERE p.id = f.person_id AND f.subject = '' AND p.platform_user_id IS NOT NULL;--> statement-breakpoint

-- The platform's account of whoever acts.
CREATE FUNCTION tc_subject() RETURNS text LANGUAGE sql STABLE AS $$ SELECT platform_user_id FROM people WHERE id = tc_person() $$;--> statement-breakpoint
-- Whose account a record is about: once the platform knows one, that account's and nobody's who has the address now.
CREATE FUNCTION tc_own_limit(person uuid, subject text, mine text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN $2 IS NULL OR $3 IS NULL THEN $1 = tc_person() ELSE $2 = $3 END
$$;--> statement-breakpoint
DROP POLICY own ON "processing_records";--> statement-breakpoint
DROP POLICY own_insert ON "processing_records";--> statement-breakpoint
DROP POLICY own_update ON "processing_records";--> statement-breakpoint
CREATE POLICY own ON "processing_records" FOR SELECT USING (tc_own_limit(person_id, subject, (SELECT tc_subject())));--> statement-breakpoint
CREATE POLICY own_insert ON "processing_records" FOR INSERT WITH CHECK (
  person_id = tc_person() AND subject IS NOT DISTINCT FROM (SELECT tc_subject())
  AND source IN ('person', 'gpc') AND decision IS NULL AND lifts_at IS NULL AND ended_at IS NULL
  AND exception_ground IS DISTINCT FROM 'legal-claims' AND exception_ground IS DISTINCT FROM 'protection-of-others');--> statement-breakpoint
CREATE POLICY own_update ON "processing_records" FOR UPDATE
  USING (tc_own_limit(person_id, subject, (SELECT tc_subject())))
  WITH CHECK (tc_own_limit(person_id, subject, (SELECT tc_subject())));--> statement-breakpoint
DROP POLICY own ON "processing_changes";--> statement-breakpoint
DROP POLICY own_insert ON "processing_changes";--> statement-breakpoint
CREATE POLICY own ON "processing_changes" FOR SELECT USING (EXISTS (SELECT 1 FROM processing_records r WHERE r.id = record_id));--> statement-breakpoint
CREATE POLICY own_insert ON "processing_changes" FOR INSERT WITH CHECK (
  tc_person() IS NOT NULL AND EXISTS (SELECT 1 FROM processing_records r WHERE r.id = record_id AND r.person_id = processing_changes.person_id));--> statement-breakpoint
DROP POLICY own ON "processing_refusals";--> statement-breakpoint
CREATE POLICY own ON "processing_refusals" FOR SELECT USING (tc_own_limit(person_id, nullif(subject, ''), (SELECT tc_subject())));--> statement-breakpoint

-- The account is put in by the database, so that nothing can forget to. An exception has that of its restriction.
CREATE FUNCTION tc_processing_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.subject := coalesce(NEW.subject, (SELECT platform_user_id FROM people WHERE id = NEW.person_id));
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER processing_records_subject_given BEFORE INSERT ON "processing_records" FOR EACH ROW EXECUTE FUNCTION tc_processing_subject();--> statement-breakpoint
-- Who said it before they had an account there gets one: it is about that from now on, and the platform's feed says so.
-- Sign-in writes the link and may see no records: this runs with the owner's rights, as the system.
CREATE FUNCTION tc_processing_known() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET "tc.actor" = 'system' AS $$
BEGIN
  UPDATE processing_records r SET subject = NEW.platform_user_id
    WHERE r.person_id = NEW.id AND r.subject IS NULL
      AND (r.ended_at IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM processing_records s WHERE s.person_id = r.person_id AND s.subject = NEW.platform_user_id AND s.kind = r.kind
          AND s.purpose IS NOT DISTINCT FROM r.purpose AND s.system IS NOT DISTINCT FROM r.system
          AND s.basis IS NOT DISTINCT FROM r.basis AND s.exception_ground IS NOT DISTINCT FROM r.exception_ground AND s.ended_at IS NULL))
      AND (r.source <> 'gpc' OR NOT EXISTS (
        SELECT 1 FROM processing_records s WHERE s.person_id = r.person_id AND s.subject = NEW.platform_user_id AND s.source = 'gpc'));
  RETURN NULL;
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION tc_processing_known() FROM PUBLIC;--> statement-breakpoint
CREATE TRIGGER people_processing_known AFTER UPDATE OF platform_user_id ON "people" FOR EACH ROW
  WHEN (NEW.platform_user_id IS NOT NULL AND NEW.platform_user_id IS DISTINCT FROM OLD.platform_user_id)
  EXECUTE FUNCTION tc_processing_known();--> statement-breakpoint

-- As before, and the account: given once, it stays.
CREATE OR REPLACE FUNCTION tc_processing_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.kind, OLD.person_id, OLD.purpose, OLD.system, OLD.source, OLD.basis, OLD.exception_ground, OLD.asked_at, OLD.in_effect_from)
     IS DISTINCT FROM
     (NEW.id, NEW.kind, NEW.person_id, NEW.purpose, NEW.system, NEW.source, NEW.basis, NEW.exception_ground, NEW.asked_at, NEW.in_effect_from)
     OR (NEW.subject IS DISTINCT FROM OLD.subject AND (OLD.subject IS NOT NULL OR tc_actor() <> 'system'))
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
-- As before, and that the platform knows the person now.
CREATE OR REPLACE FUNCTION tc_processing_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.decided_at, OLD.decision, OLD.lifts_at, OLD.lift_kept_at, OLD.ended_at, OLD.subject)
     IS NOT DISTINCT FROM (NEW.decided_at, NEW.decision, NEW.lifts_at, NEW.lift_kept_at, NEW.ended_at, NEW.subject) THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(7046029254386353132);
  IF TG_OP = 'INSERT' THEN
    INSERT INTO processing_changes (record_id, person_id, what, at) VALUES (NEW.id, NEW.person_id, 'asked', NEW.in_effect_from);
    RETURN NULL;
  END IF;
  IF OLD.subject IS NULL AND NEW.subject IS NOT NULL AND NEW.ended_at IS NULL THEN
    INSERT INTO processing_changes (record_id, person_id, what, at) VALUES (NEW.id, NEW.person_id, 'known', now());
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

-- What the platform's questions need, in one way there and back each: the functions name the actor, and every call is a transaction
-- of its own. What stands for accounts of the platform, and the database's time.
CREATE FUNCTION tc_processing_standing(subjects text[]) RETURNS TABLE (at timestamptz, records jsonb) LANGUAGE plpgsql STABLE
  SET "tc.actor" = 'system' AS $$
BEGIN
  RETURN QUERY SELECT now(), coalesce(jsonb_agg(jsonb_build_array(
      r.subject, r.person_id, r.kind, r.purpose, r.system, r.in_effect_from, r.decision, r.exception_ground) ORDER BY r.in_effect_from, r.id), '[]')
    FROM processing_records r WHERE r.subject = ANY (subjects) AND r.ended_at IS NULL;
END $$;--> statement-breakpoint
-- Counts refusals. Always in one order, so that two processes wait for one another and never in a circle.
CREATE FUNCTION tc_count_refusals(day date, at timestamptz, persons uuid[], subjects text[], purposes text[], counts int[]) RETURNS void
  LANGUAGE plpgsql SET "tc.actor" = 'system' AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO processing_refusals AS f (person_id, subject, purpose, day, count, last_at)
    SELECT u.person, u.subject, u.purpose, $1, u.n, $2 FROM unnest($3, $4, $5, $6) AS u(person, subject, purpose, n)
    ORDER BY u.person, u.subject, u.purpose
  ON CONFLICT (person_id, subject, purpose, day) DO UPDATE SET count = f.count + excluded.count, last_at = greatest(f.last_at, excluded.last_at);
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION tc_processing_standing(text[]), tc_count_refusals(date, timestamptz, uuid[], text[], text[], int[]) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tc_processing_standing(text[]), tc_count_refusals(date, timestamptz, uuid[], text[], text[], int[]) TO tc_app, tc_worker;
