-- A person proposes in their own name; staff for somebody in theirs, which is written down, and a colleague approves it.
ALTER POLICY own_insert ON "correction_items" WITH CHECK (
  decided_by IS NULL AND run_id IS NULL AND applied_at IS NULL AND settled_at IS NULL AND proposed_by IS NULL
  AND (decision IS NULL OR (decision = 'approved' AND by = 'rule'))
  AND EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.subject_id = tc_person()));--> statement-breakpoint
CREATE POLICY staff_insert ON "correction_items" FOR INSERT WITH CHECK (
  (SELECT tc_staff_writes()) AND proposed_by::text = current_setting('tc.staff', true)
  AND decided_by IS NULL AND run_id IS NULL AND applied_at IS NULL AND settled_at IS NULL
  AND (decision IS NULL OR (decision = 'approved' AND by = 'rule')));
