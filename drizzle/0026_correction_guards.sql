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
