ALTER TABLE "cases" ADD COLUMN "asked_uses" jsonb;--> statement-breakpoint
ALTER TABLE "correction_items" ADD COLUMN "proposed_by" uuid;--> statement-breakpoint
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_proposed_by_staff_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_two_people" CHECK ("correction_items"."decision" is distinct from 'approved' or "correction_items"."proposed_by" is null or "correction_items"."decided_by" is distinct from "correction_items"."proposed_by");