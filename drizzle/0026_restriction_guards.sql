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
