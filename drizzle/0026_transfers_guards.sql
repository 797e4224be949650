DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['transfers', 'incoming_transfers', 'incoming_chunks'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO tc_app, tc_worker', t);
    EXECUTE format('CREATE POLICY system_all ON %I USING ((SELECT tc_actor() = ''system'')) WITH CHECK ((SELECT tc_actor() = ''system''))', t);
  END LOOP;
END $$;--> statement-breakpoint
CREATE POLICY staff_read ON "transfers" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
CREATE POLICY staff_read ON "incoming_transfers" FOR SELECT USING ((SELECT tc_actor() = 'staff'));--> statement-breakpoint
-- A person asks for a transfer and takes it back; all that happens to it in between is the system's to write.
CREATE POLICY own ON "transfers" FOR SELECT USING (person_id = tc_person());--> statement-breakpoint
CREATE POLICY own_insert ON "transfers" FOR INSERT WITH CHECK (
  person_id = tc_person() AND offered_at IS NULL AND sent_at IS NULL AND arrived_at IS NULL AND failed_at IS NULL AND bytes_sent = 0);--> statement-breakpoint
CREATE POLICY own_update ON "transfers" FOR UPDATE USING (person_id = tc_person()) WITH CHECK (person_id = tc_person());--> statement-breakpoint
CREATE TRIGGER transfers_own_columns BEFORE UPDATE ON "transfers" FOR EACH ROW
  WHEN (tc_actor() IN ('holder', 'staff', 'visitor')) EXECUTE FUNCTION tc_own_columns('revoked_at');--> statement-breakpoint
-- What a receiver signed is evidence: it is written once. To whom something was sent never changes after the person confirmed it.
CREATE FUNCTION tc_transfer_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.acknowledgement IS NOT NULL AND NEW.acknowledgement IS DISTINCT FROM OLD.acknowledgement THEN
    RAISE EXCEPTION 'an acknowledgement of % is written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER transfers_evidence BEFORE UPDATE ON "transfers" FOR EACH ROW EXECUTE FUNCTION tc_transfer_evidence();--> statement-breakpoint
CREATE TRIGGER incoming_transfers_evidence BEFORE UPDATE ON "incoming_transfers" FOR EACH ROW EXECUTE FUNCTION tc_transfer_evidence();--> statement-breakpoint
CREATE FUNCTION tc_transfer_receiver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.origin, OLD.public_key, OLD.endpoint, OLD.scope, OLD.package_id, OLD.person_id)
     IS DISTINCT FROM (NEW.origin, NEW.public_key, NEW.endpoint, NEW.scope, NEW.package_id, NEW.person_id) THEN
    RAISE EXCEPTION 'whom a transfer goes to is set once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER transfers_receiver BEFORE UPDATE ON "transfers" FOR EACH ROW EXECUTE FUNCTION tc_transfer_receiver();
