DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['receipts', 'account_closures', 'suppressions'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
  END LOOP;
END $$;--> statement-breakpoint
CREATE POLICY staff_read ON receipts FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY own ON receipts FOR SELECT USING (EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
-- A receipt is only followed by another edition; it ends with its case, when the retention of requests is over.
CREATE FUNCTION tc_receipt_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND tc_actor() = 'system' THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'receipts is append-only' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER receipts_guard BEFORE UPDATE OR DELETE ON receipts FOR EACH ROW EXECUTE FUNCTION tc_receipt_guard();--> statement-breakpoint
CREATE TRIGGER receipts_no_truncate BEFORE TRUNCATE ON receipts FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();--> statement-breakpoint
-- What the list holds is not taken back here either: a line that was written stays as it is.
CREATE FUNCTION tc_suppression_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.written_at IS NULL AND NEW.id = OLD.id AND NEW.reference = OLD.reference THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'suppressions is append-only' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE TRIGGER suppressions_guard BEFORE UPDATE OR DELETE ON suppressions FOR EACH ROW EXECUTE FUNCTION tc_suppression_guard();--> statement-breakpoint
CREATE TRIGGER suppressions_no_truncate BEFORE TRUNCATE ON suppressions FOR EACH STATEMENT EXECUTE FUNCTION tc_append_only();
