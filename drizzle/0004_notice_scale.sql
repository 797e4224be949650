ALTER TABLE "notices" DROP CONSTRAINT "notices_version_id_unique";--> statement-breakpoint
ALTER TABLE "notice_recipients" ALTER COLUMN "address" SET DEFAULT '';--> statement-breakpoint
ALTER TABLE "notice_recipients" ADD COLUMN "address_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "notice_recipients" ADD COLUMN "address_hash" "bytea";--> statement-breakpoint
ALTER TABLE "notice_recipients" ADD COLUMN "attempt" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "kind" text DEFAULT 'announcement' NOT NULL;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "address_key" "bytea";--> statement-breakpoint
-- A notice per version: a few rows, read in an instant.
-- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
ALTER TABLE "notices" ADD CONSTRAINT "notices_version_kind" UNIQUE("version_id","kind");--> statement-breakpoint
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE "notices" ADD CONSTRAINT "notice_kind" CHECK ("notices"."kind" in ('announcement','withdrawal'));