-- A hold that nobody set lapsed long ago: it keeps nothing, and goes with its time like one that ended.
CREATE OR REPLACE FUNCTION tc_hold_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  staff_id text := nullif(current_setting('tc.staff', true), '');
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF tc_actor() = 'system' AND (OLD.released_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
       OR (OLD.set_at IS NULL AND OLD.requested_at < now() - interval '30 days')) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'a hold that stands is not deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (OLD.id, OLD.scope, OLD.platform_user_id, OLD.platform_company_id, OLD.system, OLD.collection, OLD.from_at, OLD.until_at,
      OLD.ground, OLD.requested_by, OLD.requested_at)
     IS DISTINCT FROM
     (NEW.id, NEW.scope, NEW.platform_user_id, NEW.platform_company_id, NEW.system, NEW.collection, NEW.from_at, NEW.until_at,
      NEW.ground, NEW.requested_by, NEW.requested_at)
     OR (OLD.set_at IS NOT NULL AND (OLD.set_at, OLD.set_by) IS DISTINCT FROM (NEW.set_at, NEW.set_by))
     OR (OLD.released_at IS NOT NULL AND (OLD.released_at, OLD.released_by) IS DISTINCT FROM (NEW.released_at, NEW.released_by))
     OR (OLD.withdrawn_at IS NOT NULL AND (OLD.withdrawn_at, OLD.withdrawn_by) IS DISTINCT FROM (NEW.withdrawn_at, NEW.withdrawn_by))
     OR (NEW.identities IS NULL AND OLD.identities IS NOT NULL AND NEW.released_at IS NULL AND NEW.withdrawn_at IS NULL) THEN
    RAISE EXCEPTION 'what a hold says does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  IF staff_id IS NOT NULL AND (
     (NEW.set_by IS DISTINCT FROM OLD.set_by AND NEW.set_by::text <> staff_id)
     OR (NEW.withdrawn_by IS DISTINCT FROM OLD.withdrawn_by AND NEW.withdrawn_by::text <> staff_id)
     OR (NEW.concealed_by IS DISTINCT FROM OLD.concealed_by AND NEW.concealed_by::text <> staff_id)
     OR (NEW.release_requested_by IS DISTINCT FROM OLD.release_requested_by AND NEW.release_requested_by::text <> staff_id)
     OR (NEW.released_by IS DISTINCT FROM OLD.released_by AND NEW.released_by::text <> staff_id)) THEN
    RAISE EXCEPTION 'an officer signs for themselves' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
