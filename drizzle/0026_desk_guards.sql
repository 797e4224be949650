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
CREATE TRIGGER case_next_due AFTER INSERT OR DELETE OR UPDATE OF case_id, due_at, stopped_at ON case_clocks
  FOR EACH ROW EXECUTE FUNCTION tc_next_due();
