CREATE TABLE "case_presence" (
	"case_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "case_presence_case_id_staff_id_pk" PRIMARY KEY("case_id","staff_id")
);
--> statement-breakpoint
CREATE TABLE "message_originals" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"body" "bytea" NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_redactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"message_id" uuid NOT NULL,
	"whole" boolean DEFAULT false NOT NULL,
	"ground" text NOT NULL,
	"staff_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "map_checks" (
	"system" text PRIMARY KEY NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"columns" jsonb NOT NULL,
	"undeclared" integer NOT NULL
);
--> statement-breakpoint
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "cases_snoozed";--> statement-breakpoint
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "processing_records_standing";--> statement-breakpoint
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "processing_records_signal";--> statement-breakpoint
ALTER TABLE "processing_refusals" DROP CONSTRAINT "processing_refusals_person_id_purpose_day_pk";--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "asked_uses" jsonb;--> statement-breakpoint
ALTER TABLE "client_erasures" ADD COLUMN "elsewhere" jsonb;--> statement-breakpoint
ALTER TABLE "correction_items" ADD COLUMN "proposed_by" uuid;--> statement-breakpoint
ALTER TABLE "processing_records" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "processing_refusals" ADD COLUMN "subject" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "incoming_transfers" ADD COLUMN "checks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "case_presence" ADD CONSTRAINT "case_presence_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_presence" ADD CONSTRAINT "case_presence_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_originals" ADD CONSTRAINT "message_originals_message_id_case_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."case_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_redactions" ADD CONSTRAINT "message_redactions_message_id_message_originals_message_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."message_originals"("message_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_redactions" ADD CONSTRAINT "message_redactions_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "message_redactions_message" ON "message_redactions" USING btree ("message_id");--> statement-breakpoint
CREATE UNIQUE INDEX "message_redactions_whole" ON "message_redactions" USING btree ("message_id") WHERE whole;--> statement-breakpoint
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_proposed_by_staff_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "deletions_in_grace" ON "deletions" USING btree ("grace_ends_at","case_id") WHERE cancelled_at is null and expired_at is null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "processing_records_subject" ON "processing_records" USING btree ("subject");--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX "processing_refusals_one" ON "processing_refusals" USING btree ("person_id","subject","purpose","day");--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "processing_refusals_subject" ON "processing_refusals" USING btree ("subject");--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_snoozed" ON "cases" USING btree ((case when "snoozed_until" is null then '-infinity'::timestamptz else "snoozed_until" end),"id") WHERE closed_at is null and snoozed_until is not null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX "processing_records_standing" ON "processing_records" USING btree ("person_id","kind",(coalesce("purpose", '')),(coalesce("system", '')),(coalesce("subject", '')),(coalesce("basis", "exception_ground", ''))) WHERE ended_at is null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX "processing_records_signal" ON "processing_records" USING btree ("person_id",(coalesce("subject", ''))) WHERE source = 'gpc';--> statement-breakpoint
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_two_people" CHECK ("correction_items"."decision" is distinct from 'approved' or "correction_items"."proposed_by" is null or "correction_items"."decided_by" is distinct from "correction_items"."proposed_by");