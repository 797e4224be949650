-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "processing_records_standing";--> statement-breakpoint
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "processing_records_signal";--> statement-breakpoint
ALTER TABLE "processing_refusals" DROP CONSTRAINT "processing_refusals_person_id_purpose_day_pk";--> statement-breakpoint
ALTER TABLE "processing_records" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "processing_refusals" ADD COLUMN "subject" text DEFAULT '' NOT NULL;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "processing_records_subject" ON "processing_records" USING btree ("subject");--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX "processing_refusals_one" ON "processing_refusals" USING btree ("person_id","subject","purpose","day");--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "processing_refusals_subject" ON "processing_refusals" USING btree ("subject");--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX "processing_records_standing" ON "processing_records" USING btree ("person_id","kind",(coalesce("purpose", '')),(coalesce("system", '')),(coalesce("subject", '')),(coalesce("basis", "exception_ground", ''))) WHERE ended_at is null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX "processing_records_signal" ON "processing_records" USING btree ("person_id",(coalesce("subject", ''))) WHERE source = 'gpc';