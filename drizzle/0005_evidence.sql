CREATE TABLE "acknowledgements" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"subject" text NOT NULL,
	"person_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"via" text NOT NULL,
	"report_id" text,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "acknowledgements_once" UNIQUE("version_id","subject"),
	CONSTRAINT "acknowledgement_via" CHECK ("acknowledgements"."via" in ('app', 'platform'))
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"x" text NOT NULL,
	"first_used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notice_second_ways" (
	"id" uuid PRIMARY KEY NOT NULL,
	"recipient_id" uuid NOT NULL,
	"way" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"told_at" timestamp with time zone,
	"text_sha256" text,
	"failure" text,
	"staff_id" uuid,
	"note" "bytea",
	CONSTRAINT "notice_second_ways_recipient_id_unique" UNIQUE("recipient_id"),
	CONSTRAINT "notice_second_way" CHECK ("notice_second_ways"."way" in ('platform-message', 'staff'))
);
--> statement-breakpoint
CREATE TABLE "notice_zones" (
	"notice_id" uuid NOT NULL,
	"time_zone" text NOT NULL,
	"effective" text NOT NULL,
	"day" text NOT NULL,
	CONSTRAINT "notice_zones_notice_id_time_zone_pk" PRIMARY KEY("notice_id","time_zone")
);
--> statement-breakpoint
CREATE TABLE "policy_subscribers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"address" "bytea" NOT NULL,
	"address_hash" text NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"token_hash" text,
	"confirmed_at" timestamp with time zone,
	CONSTRAINT "policy_subscribers_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
ALTER TABLE "notice_contents" ADD COLUMN "envelope" jsonb;--> statement-breakpoint
ALTER TABLE "notice_events" ADD COLUMN "attempt" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "notices" ADD COLUMN "evidence_cleared_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outgoing_mails" ADD COLUMN "subscriber_id" uuid;--> statement-breakpoint
ALTER TABLE "acknowledgements" ADD CONSTRAINT "acknowledgements_version_id_policy_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."policy_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_second_ways" ADD CONSTRAINT "notice_second_ways_recipient_id_notice_recipients_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."notice_recipients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_second_ways" ADD CONSTRAINT "notice_second_ways_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_zones" ADD CONSTRAINT "notice_zones_notice_id_notices_id_fk" FOREIGN KEY ("notice_id") REFERENCES "public"."notices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "acknowledgements_subject" ON "acknowledgements" USING btree ("subject");--> statement-breakpoint
CREATE INDEX "notice_second_ways_open" ON "notice_second_ways" USING btree ("way","id") WHERE told_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "policy_subscribers_once" ON "policy_subscribers" USING btree ("address_hash") WHERE confirmed_at is not null;--> statement-breakpoint
CREATE INDEX "policy_subscribers_asked" ON "policy_subscribers" USING btree ("asked_at") WHERE confirmed_at is null;