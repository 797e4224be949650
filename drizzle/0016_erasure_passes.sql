ALTER TABLE "erasure_runs" DROP CONSTRAINT "erasure_runs_one";--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "identities" "bytea";--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "pass" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "erasure_runs" ADD COLUMN "pass" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
-- A few rows an erasure: the index is made at once.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX "erasure_runs_pass" ON "erasure_runs" USING btree ("case_id","system","pass");