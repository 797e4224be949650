CREATE TABLE "case_mentions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"message_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"by_staff_id" uuid,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "case_tags" (
	"case_id" uuid NOT NULL,
	"tag" text NOT NULL,
	"added_by" uuid,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "case_tags_case_id_tag_pk" PRIMARY KEY("case_id","tag"),
	CONSTRAINT "case_tags_word" CHECK ("case_tags"."tag" ~ '^[a-z0-9][a-z0-9-]{0,29}$')
);
--> statement-breakpoint
CREATE TABLE "desk_views" (
	"id" uuid PRIMARY KEY NOT NULL,
	"staff_id" uuid NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "package_looks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"package_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "package_redactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"package_id" uuid NOT NULL,
	"system" text NOT NULL,
	"collection" text NOT NULL,
	"field" text,
	"rows" text NOT NULL,
	"ground" text NOT NULL,
	"staff_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"applied_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "saved_replies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"clauses" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"checked_against" integer,
	"written_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"edited_by" uuid,
	"edited_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone,
	"revision" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "cases_open";--> statement-breakpoint
ALTER TABLE "case_clocks" ADD COLUMN "near_told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "case_clocks" ADD COLUMN "missed_told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "contact_hash" text;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "snoozed_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "merged_into" uuid;--> statement-breakpoint
ALTER TABLE "packages" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "packages" ADD COLUMN "risks" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "case_mentions" ADD CONSTRAINT "case_mentions_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_mentions" ADD CONSTRAINT "case_mentions_message_id_case_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."case_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_mentions" ADD CONSTRAINT "case_mentions_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_mentions" ADD CONSTRAINT "case_mentions_by_staff_id_staff_id_fk" FOREIGN KEY ("by_staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_tags" ADD CONSTRAINT "case_tags_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_tags" ADD CONSTRAINT "case_tags_added_by_staff_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_views" ADD CONSTRAINT "desk_views_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "package_looks" ADD CONSTRAINT "package_looks_package_id_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."packages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "package_looks" ADD CONSTRAINT "package_looks_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "package_redactions" ADD CONSTRAINT "package_redactions_package_id_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."packages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "package_redactions" ADD CONSTRAINT "package_redactions_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_replies" ADD CONSTRAINT "saved_replies_written_by_staff_id_fk" FOREIGN KEY ("written_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_replies" ADD CONSTRAINT "saved_replies_edited_by_staff_id_fk" FOREIGN KEY ("edited_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "case_mentions_one" ON "case_mentions" USING btree ("message_id","staff_id");--> statement-breakpoint
CREATE INDEX "case_mentions_unseen" ON "case_mentions" USING btree ("staff_id","at") WHERE seen_at is null;--> statement-breakpoint
CREATE INDEX "case_mentions_case" ON "case_mentions" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "case_tags_tag" ON "case_tags" USING btree ("tag","case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "desk_views_name" ON "desk_views" USING btree ("staff_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "package_looks_one" ON "package_looks" USING btree ("package_id","staff_id","sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "package_redactions_one" ON "package_redactions" USING btree ("package_id","system","collection",(coalesce("field", '')));--> statement-breakpoint
CREATE UNIQUE INDEX "saved_replies_title" ON "saved_replies" USING btree ("title") WHERE retired_at is null;--> statement-breakpoint
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE "cases" ADD CONSTRAINT "cases_merged_into_cases_id_fk" FOREIGN KEY ("merged_into") REFERENCES "public"."cases"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_open_kind" ON "cases" USING btree ("kind",(case when "next_due_at" is null then 'infinity'::timestamptz else "next_due_at" end),"id") WHERE closed_at is null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_open_assigned" ON "cases" USING btree ("assigned_to",(case when "next_due_at" is null then 'infinity'::timestamptz else "next_due_at" end),"id") WHERE closed_at is null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_open_channel" ON "cases" USING btree ("channel",(case when "next_due_at" is null then 'infinity'::timestamptz else "next_due_at" end),"id") WHERE closed_at is null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_waiting" ON "cases" USING btree ((case when "next_due_at" is null then 'infinity'::timestamptz else "next_due_at" end),"id") WHERE closed_at is null and awaiting_subject_at is not null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_snoozed" ON "cases" USING btree ("snoozed_until","id") WHERE closed_at is null and snoozed_until is not null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_closed_kind" ON "cases" USING btree ("kind","closed_at","id") WHERE closed_at is not null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_closed_assigned" ON "cases" USING btree ("assigned_to","closed_at","id") WHERE closed_at is not null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_closed_channel" ON "cases" USING btree ("channel","closed_at","id") WHERE closed_at is not null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_contact_hash" ON "cases" USING btree ("contact_hash") WHERE contact_hash is not null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_merged_into" ON "cases" USING btree ("merged_into") WHERE merged_into is not null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_reference_start" ON "cases" USING btree ((reference collate "C"));--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_open" ON "cases" USING btree ((case when "next_due_at" is null then 'infinity'::timestamptz else "next_due_at" end),"id") WHERE closed_at is null;