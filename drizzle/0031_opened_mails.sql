ALTER TABLE "inbound_mails" ADD COLUMN "opened_at" timestamp with time zone;--> statement-breakpoint
-- Nothing stands in it yet.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "inbound_mails_opened" ON "inbound_mails" USING btree ("sender_hash","opened_at") WHERE opened_at is not null;