-- Row security holds for the owner as well; a migration acts as the system.
SELECT set_config('tc.actor', 'system', true);--> statement-breakpoint
-- What staff decided so far and did not take back stands, also where a message opened the case again since.
UPDATE deletions d SET decided_at = coalesce(c.decided_at, s.at)
  FROM cases c, (SELECT e.case_id, max(e.at) AS at FROM case_events e WHERE e.type = 'case.decided' GROUP BY e.case_id) s
  WHERE c.id = d.case_id AND s.case_id = d.case_id AND d.begun_at IS NULL AND d.cancelled_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM case_events t WHERE t.case_id = d.case_id AND t.at >= s.at
      AND (t.type = 'case.reopened' AND t.detail->>'by' = 'staff' OR t.type = 'case.appeal-decided' AND t.detail->>'outcome' = 'taken-up'));--> statement-breakpoint
-- What was planned so far is of the account that they have now; nobody knows of an earlier one. What was begun may have lost it.
UPDATE deletions d SET platform_user_id = p.platform_user_id, platform_company_id = p.platform_company_id, account_noted_at = now()
  FROM people p WHERE p.id = d.person_id AND p.platform_user_id IS NOT NULL AND d.begun_at IS NULL AND d.cancelled_at IS NULL;--> statement-breakpoint

-- The engine leaves alone what staff decided; the database keeps it, so that nothing can forget to. Cancelling is the person's, and
-- ends the plan itself. Staff change no deletions, so the function names the actor.
CREATE FUNCTION tc_deletion_decided() RETURNS trigger LANGUAGE plpgsql SET "tc.actor" = 'system' AS $$
BEGIN
  UPDATE deletions SET decided_at = NEW.decided_at WHERE case_id = NEW.id AND begun_at IS NULL AND cancelled_at IS NULL;
  RETURN NULL;
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION tc_deletion_decided() FROM PUBLIC;--> statement-breakpoint
CREATE TRIGGER cases_deletion_decided AFTER UPDATE ON cases FOR EACH ROW
  WHEN (NEW.kind = 'deletion' AND OLD.decision IS NULL AND NEW.decision IS NOT NULL AND NEW.decision <> 'cancelled')
  EXECUTE FUNCTION tc_deletion_decided();--> statement-breakpoint
CREATE FUNCTION tc_deletion_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    -- A cancelled plan gives way to another one; the others go with their case.
    IF OLD.cancelled_at IS NULL AND tc_actor() IN ('holder', 'staff', 'visitor') THEN
      RAISE EXCEPTION 'a plan that was not cancelled stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF NEW.begun_at IS NOT NULL AND OLD.begun_at IS NULL AND (NEW.decided_at IS NOT NULL OR NEW.cancelled_at IS NOT NULL OR NEW.expired_at IS NULL
     OR EXISTS (SELECT 1 FROM cases c WHERE c.id = NEW.case_id AND c.closed_at IS NOT NULL)
     OR EXISTS (SELECT 1 FROM case_appeals a WHERE a.case_id = NEW.case_id AND a.reviewed_at IS NULL)) THEN
    RAISE EXCEPTION 'a deletion that was decided, cancelled or closed, or whose grace period runs, does not begin' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.decided_at IS NOT NULL AND NEW.decided_at IS NULL AND (NOT tc_staff_writes()
     OR EXISTS (SELECT 1 FROM case_appeals a WHERE a.case_id = NEW.case_id AND a.reviewed_at IS NULL)) THEN
    RAISE EXCEPTION 'what was decided of a deletion is taken back by staff, and not while its appeal is open' USING ERRCODE = 'restrict_violation';
  END IF;
  -- They go once the person is forgotten, and change to no other.
  IF OLD.account_noted_at IS NOT NULL AND (NEW.platform_user_id, NEW.platform_company_id) IS DISTINCT FROM (OLD.platform_user_id, OLD.platform_company_id)
     AND (NEW.platform_user_id IS NOT NULL OR NEW.platform_company_id IS NOT NULL) THEN
    RAISE EXCEPTION 'a deletion stays with its account' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER deletions_rules BEFORE UPDATE OR DELETE ON deletions FOR EACH ROW EXECUTE FUNCTION tc_deletion_rules();--> statement-breakpoint
-- The person cancels; staff take back what they decided; the rest is the system's.
CREATE TRIGGER deletions_own_columns BEFORE UPDATE ON deletions FOR EACH ROW
  WHEN (tc_actor() = 'holder') EXECUTE FUNCTION tc_own_columns('cancelled_at');--> statement-breakpoint
CREATE TRIGGER deletions_staff_columns BEFORE UPDATE ON deletions FOR EACH ROW
  WHEN (tc_actor() = 'staff') EXECUTE FUNCTION tc_own_columns('decided_at');--> statement-breakpoint
CREATE POLICY staff_take_back ON deletions FOR UPDATE USING ((SELECT tc_staff_writes())) WITH CHECK ((SELECT tc_staff_writes()) AND decided_at IS NULL);
