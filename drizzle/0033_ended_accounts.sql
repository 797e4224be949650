CREATE TABLE "ended_accounts" (
	"ended_by" text NOT NULL,
	"platform_user_id" text NOT NULL,
	"noted_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "ended_accounts_one" UNIQUE("ended_by","platform_user_id")
);
--> statement-breakpoint
ALTER TABLE "erasure_runs" ADD COLUMN "kept_by" text[];--> statement-breakpoint
CREATE INDEX "ended_accounts_user" ON "ended_accounts" USING btree ("platform_user_id");