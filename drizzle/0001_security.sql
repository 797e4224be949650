-- Roles (S20). They are cluster-wide, so another database of the same cluster may have made them.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['tc_app', 'tc_worker', 'tc_auth'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', r);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    BEGIN
      EXECUTE format('GRANT %I TO %I', r, current_user);
    EXCEPTION WHEN OTHERS THEN NULL; -- a superuser needs no membership
    END;
  END LOOP;
END $$;--> statement-breakpoint
REVOKE CREATE ON SCHEMA public FROM PUBLIC;--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO tc_app, tc_worker, tc_auth;--> statement-breakpoint
-- Who acts, as lib/db/transaction.ts set it. Unset: nobody, and no row is seen.
CREATE FUNCTION tc_actor() RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('tc.actor', true), ''), 'nobody') $$;--> statement-breakpoint
CREATE FUNCTION tc_person() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('tc.person', true), '')::uuid $$;--> statement-breakpoint
CREATE FUNCTION tc_role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('tc.role', true), ''), 'none') $$;--> statement-breakpoint
-- An auditor reads and never writes.
CREATE FUNCTION tc_staff_writes() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT tc_actor() = 'staff' AND tc_role() IN ('agent', 'officer') $$;--> statement-breakpoint

-- Row security on every table; what has no policy below for an actor does not exist for them.
DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING (tc_actor() = ''system'') WITH CHECK (tc_actor() = ''system'')', t);
  END LOOP;
END $$;--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tc_app, tc_worker;--> statement-breakpoint

-- Sign-in works before anybody is known, through its own role and pool.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['people', 'sessions', 'devices', 'accounts', 'verification_tokens', 'challenges',
                           'passkeys', 'passkey_challenges', 'staff', 'staff_invitations',
                           'security_alerts'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_auth', t);
    EXECUTE format('CREATE POLICY auth_all ON %I TO tc_auth USING (tc_actor() = ''auth'') WITH CHECK (tc_actor() = ''auth'')', t);
  END LOOP;
END $$;--> statement-breakpoint

-- A person's own rows.
CREATE POLICY own ON people FOR SELECT USING (id = tc_person());--> statement-breakpoint
CREATE POLICY staff_read ON people FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY own ON sessions FOR SELECT USING (user_id = tc_person());--> statement-breakpoint
CREATE POLICY own_end ON sessions FOR UPDATE USING (user_id = tc_person()) WITH CHECK (user_id = tc_person());--> statement-breakpoint
-- Of their own rows people change only the columns named; what proves or grants something is the system's.
CREATE FUNCTION tc_own_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - TG_ARGV::text[]) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV::text[]) THEN
    RAISE EXCEPTION 'only % of % may be changed by its owner', array_to_string(TG_ARGV::text[], ', '), TG_TABLE_NAME
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER sessions_own_columns BEFORE UPDATE ON sessions FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_own_columns('revoked_at');--> statement-breakpoint
CREATE POLICY own ON devices FOR SELECT USING (person_id = tc_person());--> statement-breakpoint
CREATE POLICY own ON person_keys FOR SELECT USING (person_id = tc_person());--> statement-breakpoint
CREATE POLICY own_insert ON person_keys FOR INSERT WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE POLICY staff_read ON person_keys FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY staff_insert ON person_keys FOR INSERT WITH CHECK (tc_staff_writes());--> statement-breakpoint
CREATE POLICY own ON mail_preferences USING (person_id = tc_person()) WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE POLICY own ON challenges FOR SELECT USING (person_id = tc_person());--> statement-breakpoint
CREATE POLICY staff_read ON staff FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY own ON staff FOR SELECT USING (person_id = tc_person());--> statement-breakpoint
-- An officer ends a colleague's place on the desk; nobody on the desk gives one (the command line does).
CREATE POLICY officer_update ON staff FOR UPDATE USING (tc_actor() = 'staff' AND tc_role() = 'officer') WITH CHECK (tc_actor() = 'staff' AND tc_role() = 'officer');--> statement-breakpoint
CREATE POLICY staff_read ON passkeys FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY own ON passkeys FOR SELECT USING (EXISTS (SELECT 1 FROM staff s WHERE s.id = staff_id AND s.person_id = tc_person()));--> statement-breakpoint

-- Policy versions: the announced ones are everybody's, drafts are the staff's.
CREATE POLICY public_read ON policy_versions FOR SELECT USING (announced_at IS NOT NULL OR tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY staff_insert ON policy_versions FOR INSERT WITH CHECK (tc_staff_writes());--> statement-breakpoint
CREATE POLICY staff_update ON policy_versions FOR UPDATE USING (tc_staff_writes()) WITH CHECK (tc_staff_writes());--> statement-breakpoint
CREATE POLICY public_read ON policy_highlights FOR SELECT USING (EXISTS (SELECT 1 FROM policy_versions v WHERE v.id = version_id));--> statement-breakpoint
CREATE POLICY staff_write ON policy_highlights USING (tc_staff_writes()) WITH CHECK (tc_staff_writes());--> statement-breakpoint
CREATE POLICY staff_read ON policy_approvals FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY officer_insert ON policy_approvals FOR INSERT WITH CHECK (
  tc_actor() = 'staff' AND tc_role() = 'officer' AND approver_id::text = current_setting('tc.staff', true));--> statement-breakpoint
-- An edit voids an approval; nobody brings one back.
CREATE POLICY staff_void ON policy_approvals FOR UPDATE USING (tc_staff_writes()) WITH CHECK (tc_staff_writes() AND voided_at IS NOT NULL);--> statement-breakpoint

-- Notices: staff see all, a person sees their own evidence.
CREATE POLICY public_read ON notices FOR SELECT USING (tc_actor() IN ('staff', 'holder', 'visitor'));--> statement-breakpoint
CREATE POLICY officer_write ON notices USING (tc_actor() = 'staff' AND tc_role() = 'officer') WITH CHECK (tc_actor() = 'staff' AND tc_role() = 'officer');--> statement-breakpoint
CREATE POLICY staff_read ON notice_recipients FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY own ON notice_recipients FOR SELECT USING (
  person_id = tc_person() OR platform_user_id = (SELECT p.platform_user_id FROM people p WHERE p.id = tc_person()));--> statement-breakpoint
CREATE POLICY via_recipient ON notice_events FOR SELECT USING (EXISTS (SELECT 1 FROM notice_recipients r WHERE r.id = recipient_id));--> statement-breakpoint
CREATE POLICY public_read ON notice_contents FOR SELECT USING (tc_actor() IN ('staff', 'holder', 'visitor'));--> statement-breakpoint
CREATE POLICY officer_update ON notice_batches FOR UPDATE USING (tc_actor() = 'staff' AND tc_role() = 'officer') WITH CHECK (tc_actor() = 'staff' AND tc_role() = 'officer');--> statement-breakpoint
CREATE POLICY officer_update ON notice_recipients FOR UPDATE USING (tc_actor() = 'staff' AND tc_role() = 'officer') WITH CHECK (tc_actor() = 'staff' AND tc_role() = 'officer');--> statement-breakpoint
CREATE POLICY staff_read ON notice_batches FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY staff_all ON notice_exceptions FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY officer_write ON notice_exceptions USING (tc_actor() = 'staff' AND tc_role() = 'officer') WITH CHECK (tc_actor() = 'staff' AND tc_role() = 'officer');--> statement-breakpoint
-- Whoever's transaction causes a mail may store it; only the worker reads it.
CREATE POLICY anybody_insert ON outgoing_mails FOR INSERT WITH CHECK (tc_actor() IN ('visitor', 'holder', 'staff'));--> statement-breakpoint
GRANT INSERT ON outgoing_mails TO tc_auth;--> statement-breakpoint
CREATE POLICY auth_insert ON outgoing_mails FOR INSERT TO tc_auth WITH CHECK (tc_actor() = 'auth');--> statement-breakpoint

-- Cases and what hangs on them.
CREATE POLICY own ON cases FOR SELECT USING (subject_id = tc_person() OR requester_id = tc_person());--> statement-breakpoint
CREATE POLICY own_insert ON cases FOR INSERT WITH CHECK (subject_id = tc_person() AND requester_id = tc_person());--> statement-breakpoint
CREATE POLICY own_update ON cases FOR UPDATE USING (subject_id = tc_person())
  WITH CHECK (subject_id = tc_person() AND (decision IS NULL OR decision = 'cancelled'));--> statement-breakpoint
CREATE POLICY staff_read ON cases FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
-- Nobody on the desk deletes a case or what was said in it.
CREATE POLICY staff_insert ON cases FOR INSERT WITH CHECK (tc_staff_writes());--> statement-breakpoint
CREATE POLICY staff_update ON cases FOR UPDATE USING (tc_staff_writes()) WITH CHECK (tc_staff_writes());--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case_clocks', 'case_events', 'case_messages'] LOOP
    EXECUTE format('CREATE POLICY via_case_read ON %I FOR SELECT USING (EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id))', t);
    EXECUTE format('CREATE POLICY own_insert ON %I FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()))', t);
    EXECUTE format('CREATE POLICY staff_insert ON %I FOR INSERT WITH CHECK (tc_staff_writes())', t);
    EXECUTE format('CREATE POLICY staff_update ON %I FOR UPDATE USING (tc_staff_writes()) WITH CHECK (tc_staff_writes())', t);
  END LOOP;
END $$;--> statement-breakpoint
-- A holder's own action (a cancelled deletion) stops the clocks of that case.
CREATE POLICY own_update ON case_clocks FOR UPDATE USING (EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
CREATE POLICY hide_internal ON case_events AS RESTRICTIVE FOR SELECT USING (visible_to_subject OR tc_actor() <> 'holder');--> statement-breakpoint
CREATE POLICY hide_internal ON case_messages AS RESTRICTIVE FOR SELECT USING (NOT internal OR tc_actor() <> 'holder');--> statement-breakpoint
-- The desk sorts by the earliest running clock; the database keeps it, so that nothing can forget to.
CREATE FUNCTION tc_next_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE c uuid := coalesce(NEW.case_id, OLD.case_id);
BEGIN
  UPDATE cases SET next_due_at = (SELECT min(k.due_at) FROM case_clocks k WHERE k.case_id = c AND k.stopped_at IS NULL)
  WHERE id = c;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER case_next_due AFTER INSERT OR UPDATE OR DELETE ON case_clocks FOR EACH ROW EXECUTE FUNCTION tc_next_due();--> statement-breakpoint
CREATE POLICY anybody_insert ON intakes FOR INSERT WITH CHECK (tc_actor() IN ('visitor', 'holder'));--> statement-breakpoint
CREATE POLICY own ON deletions USING (person_id = tc_person()) WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE POLICY staff_read ON deletions FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY own ON packages FOR SELECT USING (person_id = tc_person());--> statement-breakpoint
CREATE POLICY own_insert ON packages FOR INSERT WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE POLICY own_update ON packages FOR UPDATE USING (person_id = tc_person()) WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE TRIGGER packages_own_columns BEFORE UPDATE ON packages FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_own_columns('stopped_at', 'failure', 'expires_at');--> statement-breakpoint
CREATE POLICY staff_read ON packages FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY via_package ON package_parts FOR SELECT USING (EXISTS (SELECT 1 FROM packages p WHERE p.id = package_id));--> statement-breakpoint
CREATE POLICY via_package ON package_progress FOR SELECT USING (EXISTS (SELECT 1 FROM packages p WHERE p.id = package_id));--> statement-breakpoint
CREATE POLICY via_package ON package_downloads USING (EXISTS (SELECT 1 FROM packages p WHERE p.id = package_id AND p.person_id = tc_person()));--> statement-breakpoint
CREATE POLICY staff_read ON package_downloads FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint

-- The log: everybody writes, staff read, nobody changes.
GRANT INSERT, SELECT ON audit_entries, audit_payloads TO tc_auth;--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tc_auth;--> statement-breakpoint
REVOKE UPDATE, DELETE ON audit_entries FROM tc_app, tc_worker;--> statement-breakpoint
CREATE POLICY anybody_insert ON audit_entries FOR INSERT WITH CHECK (tc_actor() <> 'nobody');--> statement-breakpoint
CREATE POLICY anybody_insert ON audit_payloads FOR INSERT WITH CHECK (tc_actor() <> 'nobody');--> statement-breakpoint
CREATE POLICY staff_read ON audit_entries FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE POLICY staff_read ON audit_payloads FOR SELECT USING (tc_actor() = 'staff');--> statement-breakpoint
CREATE FUNCTION tc_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
CREATE TRIGGER notice_events_append_only BEFORE UPDATE OR DELETE ON notice_events FOR EACH ROW EXECUTE FUNCTION tc_append_only();--> statement-breakpoint

-- Counters hold no person.
CREATE POLICY all_counters ON rate_limits USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limits TO tc_auth;--> statement-breakpoint

-- A stored policy version never changes once announced; it can only be withdrawn (PRODUCT.md, S15).
CREATE FUNCTION tc_policy_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.announced_at IS NOT NULL THEN
      RAISE EXCEPTION 'policy version % was announced and stays', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF encode(sha256(convert_to(NEW.markdown, 'UTF8')), 'hex') <> NEW.sha256 THEN
    RAISE EXCEPTION 'policy version % does not match its hash', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  -- Without an author no approval is asked for (an import), so an author stays.
  IF TG_OP = 'UPDATE' AND NEW.author_id IS DISTINCT FROM OLD.author_id THEN
    RAISE EXCEPTION 'the author of policy version % stays', OLD.number USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.announced_at IS NOT NULL THEN
    IF to_jsonb(NEW) - 'withdrawn_at' IS DISTINCT FROM to_jsonb(OLD) - 'withdrawn_at' OR OLD.withdrawn_at IS NOT NULL THEN
      RAISE EXCEPTION 'policy version % was announced and cannot change', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  IF NEW.announced_at IS NOT NULL AND NEW.author_id IS NOT NULL
     AND (TG_OP = 'INSERT' OR OLD.announced_at IS NULL)
     AND NOT EXISTS (SELECT 1 FROM policy_approvals a
                     WHERE a.version_id = NEW.id AND a.voided_at IS NULL AND a.approver_id <> NEW.author_id) THEN
    RAISE EXCEPTION 'policy version % has no approval by a second officer', NEW.number USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER policy_immutable BEFORE INSERT OR UPDATE OR DELETE ON policy_versions FOR EACH ROW EXECUTE FUNCTION tc_policy_immutable();--> statement-breakpoint
CREATE TRIGGER policy_no_truncate BEFORE TRUNCATE ON policy_versions FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
CREATE FUNCTION tc_highlight_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE v uuid := coalesce(NEW.version_id, OLD.version_id);
BEGIN
  IF EXISTS (SELECT 1 FROM policy_versions p WHERE p.id = v AND p.announced_at IS NOT NULL AND p.author_id IS NOT NULL) THEN
    RAISE EXCEPTION 'the highlights of an announced policy version cannot change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;--> statement-breakpoint
CREATE TRIGGER highlights_immutable BEFORE INSERT OR UPDATE OR DELETE ON policy_highlights FOR EACH ROW EXECUTE FUNCTION tc_highlight_immutable();
