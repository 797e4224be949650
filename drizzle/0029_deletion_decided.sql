ALTER TABLE "deletions" ADD COLUMN "decided_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "platform_user_id" text;--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "platform_company_id" text;--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "account_noted_at" timestamp with time zone;