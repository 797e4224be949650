-- Row security holds for the owner as well; a migration acts as the system.
SELECT set_config('tc.actor', 'system', true);--> statement-breakpoint
-- How much a change matters, for highlights from before it was said: by their kind.
ALTER TABLE policy_highlights DISABLE TRIGGER highlights_immutable;--> statement-breakpoint
UPDATE policy_highlights SET severity = CASE
  WHEN kind IN ('new-data', 'new-purpose', 'new-recipient', 'retention-longer', 'right-narrowed') THEN 'high'
  WHEN kind IN ('retention-shorter', 'right-added') THEN 'medium' ELSE 'low' END;--> statement-breakpoint
ALTER TABLE policy_highlights ENABLE TRIGGER highlights_immutable;--> statement-breakpoint

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['policy_comments', 'policy_proposal_decisions'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING (tc_actor() = ''system'') WITH CHECK (tc_actor() = ''system'')', t);
    EXECUTE format('CREATE POLICY staff_read ON %I FOR SELECT USING (tc_actor() = ''staff'')', t);
    EXECUTE format('CREATE POLICY staff_update ON %I FOR UPDATE USING (tc_staff_writes()) WITH CHECK (tc_staff_writes())', t);
  END LOOP;
END $$;--> statement-breakpoint
CREATE POLICY staff_insert ON policy_comments FOR INSERT WITH CHECK (
  tc_staff_writes() AND author_id::text = current_setting('tc.staff', true));--> statement-breakpoint
CREATE POLICY staff_insert ON policy_proposal_decisions FOR INSERT WITH CHECK (
  tc_staff_writes() AND decided_by::text = current_setting('tc.staff', true));--> statement-breakpoint
-- What somebody said stays as they said it; it can be resolved, or taken up again.
CREATE TRIGGER policy_comments_own_columns BEFORE UPDATE ON policy_comments FOR EACH ROW
  EXECUTE FUNCTION tc_own_columns('resolved_at', 'resolved_by');--> statement-breakpoint

-- What an approval binds to, the same as boundHash in lib/policy/approval.ts: SHA-256 over the RFC 8785 form.
-- to_json writes a string as that form wants it; names stand in their order.
CREATE FUNCTION tc_policy_bound_hash(v policy_versions) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(
    '{"audience":' || to_json(CASE WHEN v.kind = 'technical' THEN 'nobody' ELSE 'all-holders' END::text)::text
    || ',"effectiveAt":' || coalesce(to_json(to_char(v.effective_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text, 'null')
    || ',"highlights":[' || coalesce((
      SELECT string_agg(
        '{"categories":' || coalesce((SELECT '[' || string_agg(to_json(c)::text, ',' ORDER BY n) || ']' FROM unnest(h.categories) WITH ORDINALITY AS u(c, n)), '[]')
        || ',"clauseId":' || to_json(h.clause_id)::text
        || ',"kind":' || to_json(h.kind)::text
        || ',"newText":' || coalesce(to_json(h.new_text)::text, 'null')
        || ',"oldText":' || coalesce(to_json(h.old_text)::text, 'null')
        || ',"sentence":' || to_json(h.sentence)::text
        || ',"severity":' || to_json(h.severity)::text || '}', ',' ORDER BY h.position)
      FROM policy_highlights h WHERE h.version_id = v.id), '')
    || '],"kind":' || to_json(v.kind)::text
    || ',"text":' || to_json(encode(sha256(convert_to(v.markdown, 'UTF8')), 'hex'))::text || '}', 'UTF8')), 'hex')
$$;--> statement-breakpoint

CREATE FUNCTION tc_policy_state(v policy_versions) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN v.withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN v.announced_at IS NOT NULL THEN 'announced'
              WHEN v.submitted_at IS NOT NULL THEN 'in review' ELSE 'draft' END
$$;--> statement-breakpoint

-- When it takes effect (lib/notices/effect-gate.ts): null while somebody still has to be told.
CREATE FUNCTION tc_policy_effect(v policy_versions) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN n.id IS NULL THEN v.effective_at
              WHEN n.gate_opens_at IS NOT NULL THEN greatest(v.effective_at, n.gate_opens_at) END
  FROM (SELECT 1) AS one
  LEFT JOIN notices n ON n.version_id = v.id AND n.kind = 'announcement'
$$;--> statement-breakpoint

-- The states of a version, and what stands still in each (PRODUCT.md, S15): draft <-> in review -> announced,
-- and from each of them withdrawn, but never once it took effect. Text, day and kind change in a draft only.
CREATE OR REPLACE FUNCTION tc_policy_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was text;
  becomes text;
  content_changes boolean;
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
  IF NEW.kind NOT IN ('change', 'technical') THEN
    RAISE EXCEPTION 'policy version % is of no kind that there is', NEW.number USING ERRCODE = 'check_violation';
  END IF;
  becomes := tc_policy_state(NEW);
  IF TG_OP = 'INSERT' THEN
    -- Without an author it is an import of what was published elsewhere.
    IF NEW.author_id IS NOT NULL AND becomes <> 'draft' THEN
      RAISE EXCEPTION 'policy version % begins as a draft: nothing else has an approval by a second officer', NEW.number
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;

  was := tc_policy_state(OLD);
  -- Without an author no approval is asked for (an import), so an author stays.
  IF NEW.author_id IS DISTINCT FROM OLD.author_id THEN
    RAISE EXCEPTION 'the author of policy version % stays', OLD.number USING ERRCODE = 'restrict_violation';
  END IF;
  IF was = 'withdrawn' THEN
    RAISE EXCEPTION 'policy version % was withdrawn and cannot change', OLD.number USING ERRCODE = 'restrict_violation';
  END IF;
  IF was = 'announced' THEN
    IF to_jsonb(NEW) - '{withdrawn_at,withdrawn_reason}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{withdrawn_at,withdrawn_reason}'::text[]
       OR becomes <> 'withdrawn' THEN
      RAISE EXCEPTION 'policy version % was announced and cannot change', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF tc_policy_effect(OLD) <= greatest(now(), NEW.withdrawn_at) THEN
      RAISE EXCEPTION 'policy version % has taken effect and cannot be withdrawn', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;

  IF (NEW.id, NEW.number, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.number, OLD.created_at) THEN
    RAISE EXCEPTION 'policy version % keeps its number', OLD.number USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.announced_at IS NOT NULL AND becomes <> 'announced')
     OR (becomes = 'withdrawn' AND NEW.submitted_at IS DISTINCT FROM OLD.submitted_at)
     OR (was = 'draft' AND becomes = 'announced') THEN
    RAISE EXCEPTION 'policy version % cannot go from % to %: it has no approval by a second officer', OLD.number, was, becomes
      USING ERRCODE = 'restrict_violation';
  END IF;
  content_changes := (NEW.markdown, NEW.title, NEW.language, NEW.kind) IS DISTINCT FROM (OLD.markdown, OLD.title, OLD.language, OLD.kind)
    -- A technical upgrade holds from the moment it is recorded.
    OR (NEW.effective_at IS DISTINCT FROM OLD.effective_at AND NOT (becomes = 'announced' AND NEW.kind = 'technical'));
  IF content_changes AND becomes <> 'draft' THEN
    RAISE EXCEPTION 'policy version % is no draft any more: its text, day and kind cannot change', OLD.number USING ERRCODE = 'restrict_violation';
  END IF;
  IF becomes = 'announced' THEN
    IF NEW.submitted_at IS DISTINCT FROM OLD.submitted_at THEN
      RAISE EXCEPTION 'policy version % was handed in when it was', OLD.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.author_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM policy_approvals a WHERE a.version_id = OLD.id AND a.voided_at IS NULL
         AND a.approver_id <> OLD.author_id AND a.bound_to = tc_policy_bound_hash(OLD)) THEN
      RAISE EXCEPTION 'policy version % has no approval by a second officer', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.kind = 'change' AND NEW.effective_at <= NEW.announced_at OR NEW.kind = 'technical' AND NEW.effective_at <> NEW.announced_at THEN
      RAISE EXCEPTION 'policy version % takes effect at a time that its kind cannot', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  -- Whatever an edit left of an approval is void.
  IF becomes IN ('draft', 'withdrawn') THEN
    UPDATE policy_approvals SET voided_at = now() WHERE version_id = OLD.id AND voided_at IS NULL;
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint

CREATE OR REPLACE FUNCTION tc_highlight_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v policy_versions;
BEGIN
  FOR v IN SELECT p.* FROM policy_versions p WHERE p.id IN (NEW.version_id, OLD.version_id) LOOP
    -- What is imported brings its highlights along.
    CONTINUE WHEN v.author_id IS NULL AND TG_OP = 'INSERT';
    IF v.author_id IS NULL THEN
      CONTINUE WHEN v.announced_at IS NULL;
      RAISE EXCEPTION 'the highlights of an announced policy version cannot change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF tc_policy_state(v) <> 'draft' THEN
      RAISE EXCEPTION 'policy version % is % and its highlights cannot change', v.number, tc_policy_state(v) USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN coalesce(NEW, OLD);
END $$;--> statement-breakpoint

CREATE FUNCTION tc_proposal_in_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM policy_versions p WHERE p.id = NEW.version_id AND tc_policy_state(p) = 'draft') THEN
    RAISE EXCEPTION 'what is proposed is decided on while the version is a draft' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.decision NOT IN ('confirmed', 'edited', 'dismissed') THEN
    RAISE EXCEPTION '% is no decision on a proposal', NEW.decision USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER proposal_in_draft BEFORE INSERT OR UPDATE ON policy_proposal_decisions FOR EACH ROW EXECUTE FUNCTION tc_proposal_in_draft();--> statement-breakpoint

-- An approval is given to a version in review by an officer who did not write it, for what is stored; it is then
-- voided at most, and stays on record.
CREATE FUNCTION tc_approval_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v policy_versions;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'approvals stay on record' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - 'voided_at' IS DISTINCT FROM to_jsonb(OLD) - 'voided_at' OR OLD.voided_at IS NOT NULL OR NEW.voided_at IS NULL THEN
      RAISE EXCEPTION 'an approval can be voided, once, and nothing else' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
  END IF;
  SELECT p.* INTO v FROM policy_versions p WHERE p.id = NEW.version_id;
  IF NEW.author_id IS DISTINCT FROM v.author_id OR NEW.approver_id = v.author_id THEN
    RAISE EXCEPTION 'an approval is by a second officer: policy_two_people' USING ERRCODE = 'check_violation';
  END IF;
  IF v.id IS NULL OR tc_policy_state(v) <> 'in review' OR NEW.voided_at IS NOT NULL THEN
    RAISE EXCEPTION 'only a policy version in review is approved' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM staff s WHERE s.id = NEW.approver_id AND s.role = 'officer' AND s.disabled_at IS NULL) THEN
    RAISE EXCEPTION 'only an officer approves a policy version' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.bound_to <> tc_policy_bound_hash(v) THEN
    RAISE EXCEPTION 'the approval is for something else than what is stored' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER approval_rules BEFORE INSERT OR UPDATE OR DELETE ON policy_approvals FOR EACH ROW EXECUTE FUNCTION tc_approval_rules();
