-- Whether a colleague is still on the desk, and it stays so until the transaction ends: whoever ends their place waits for it, and finds
-- the cases that were given to them meanwhile. A person whose message opens a case again sees none of the staff, and an agent may lock
-- none of them, so this runs with the owner's rights, as the system.
CREATE FUNCTION tc_still_on_desk(colleague uuid) RETURNS boolean LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET "tc.actor" = 'system' AS $$
BEGIN
  PERFORM 1 FROM staff WHERE id = colleague AND disabled_at IS NULL FOR SHARE;
  RETURN FOUND;
END $$;--> statement-breakpoint
REVOKE ALL ON FUNCTION tc_still_on_desk(uuid) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION tc_still_on_desk(uuid) TO tc_app, tc_worker;
