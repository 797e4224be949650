CREATE TABLE "record_accesses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid,
	"case_id" uuid,
	"staff_id" uuid NOT NULL,
	"role" text NOT NULL,
	"purpose" text NOT NULL,
	"what" text NOT NULL,
	"words" "bytea",
	"at" timestamp with time zone NOT NULL,
	"concealed_by" uuid,
	"concealed_at" timestamp with time zone,
	"conceal_reason" "bytea",
	CONSTRAINT "record_accesses_concealed" CHECK (("record_accesses"."concealed_at" is null) = ("record_accesses"."conceal_reason" is null)),
	CONSTRAINT "record_accesses_two_people" CHECK ("record_accesses"."concealed_by" is null or "record_accesses"."concealed_by" <> "record_accesses"."staff_id")
);
--> statement-breakpoint
CREATE TABLE "attainment_counts" (
	"period" text NOT NULL,
	"kind" text NOT NULL,
	"position" integer NOT NULL,
	"received" bigint NOT NULL,
	"reply_due" bigint NOT NULL,
	"reply_in_time" bigint NOT NULL,
	"law_due" bigint NOT NULL,
	"law_in_time" bigint NOT NULL,
	"answered" bigint NOT NULL,
	"median_hours" double precision,
	"decided" bigint NOT NULL,
	"refused" bigint NOT NULL,
	"counted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "attainment_counts_period_kind_pk" PRIMARY KEY("period","kind")
);
--> statement-breakpoint
CREATE TABLE "business_transfers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"recipient" text NOT NULL,
	"country" text NOT NULL,
	"categories" text[] NOT NULL,
	"ground" text NOT NULL,
	"text" text NOT NULL,
	"happens_at" timestamp with time zone NOT NULL,
	"sha256" text DEFAULT '' NOT NULL,
	"requested_by" uuid NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"approved_by" uuid,
	"approved_at" timestamp with time zone,
	"approved_sha256" text,
	"withdrawn_by" uuid,
	"withdrawn_at" timestamp with time zone,
	"version_id" uuid,
	"published_at" timestamp with time zone,
	CONSTRAINT "business_transfers_two_people" CHECK ("business_transfers"."approved_by" is null or "business_transfers"."approved_by" <> "business_transfers"."requested_by"),
	CONSTRAINT "business_transfers_approved" CHECK (("business_transfers"."approved_at" is null) = ("business_transfers"."approved_by" is null)),
	CONSTRAINT "business_transfers_bound" CHECK ("business_transfers"."approved_at" is null or "business_transfers"."approved_sha256" = "business_transfers"."sha256"),
	CONSTRAINT "business_transfers_published" CHECK (("business_transfers"."published_at" is null) = ("business_transfers"."version_id" is null)),
	CONSTRAINT "business_transfers_after_approval" CHECK ("business_transfers"."published_at" is null or "business_transfers"."approved_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "case_appeals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"decision" text NOT NULL,
	"ground" text,
	"decided_by" uuid,
	"decided_at" timestamp with time zone NOT NULL,
	"appealed_at" timestamp with time zone NOT NULL,
	"reviewed_by" uuid,
	"reviewed_at" timestamp with time zone,
	"outcome" text,
	CONSTRAINT "case_appeals_two_people" CHECK ("case_appeals"."reviewed_by" is null or "case_appeals"."reviewed_by" is distinct from "case_appeals"."decided_by"),
	CONSTRAINT "case_appeals_reviewed" CHECK (("case_appeals"."reviewed_at" is null) = ("case_appeals"."outcome" is null))
);
--> statement-breakpoint
CREATE TABLE "address_changes" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"stop_token_hash" text NOT NULL,
	"prove_token_hash" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"proven_at" timestamp with time zone,
	"stopped_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "correction_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"system" text NOT NULL,
	"collection" text NOT NULL,
	"field" text NOT NULL,
	"label" text NOT NULL,
	"category" text NOT NULL,
	"by" text NOT NULL,
	"content" "bytea",
	"cell" text NOT NULL,
	"decision" text,
	"decided_at" timestamp with time zone,
	"decided_by" uuid,
	"ground" text,
	"problem" text,
	"run_id" uuid,
	"applied_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	CONSTRAINT "correction_items_decision" CHECK (("correction_items"."decided_at" is null) = ("correction_items"."decision" is null))
);
--> statement-breakpoint
CREATE TABLE "correction_notices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"recipient" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"way" text NOT NULL,
	"sealed" "bytea",
	"owed_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_failure" text,
	"told_at" timestamp with time zone,
	"told_by" uuid,
	CONSTRAINT "correction_notices_destroyed" CHECK ("correction_notices"."told_at" is null or "correction_notices"."sealed" is null)
);
--> statement-breakpoint
CREATE TABLE "correction_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"system" text NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"outcome" jsonb,
	"sealed" "bytea",
	"transaction" text,
	"finished_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"failure" text
);
--> statement-breakpoint
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
CREATE TABLE "disclosure_people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"disclosure_id" uuid NOT NULL,
	"platform_user_id" text NOT NULL,
	"address" "bytea",
	"told_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "disclosures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"authority_kind" text NOT NULL,
	"ground" text NOT NULL,
	"words" "bytea" NOT NULL,
	"words_sha256" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"asked" text[] NOT NULL,
	"given" text[] NOT NULL,
	"people_asked" integer NOT NULL,
	"people_given" integer NOT NULL,
	"people_sha256" text NOT NULL,
	"sealed_until" timestamp with time zone,
	"sha256" text DEFAULT '' NOT NULL,
	"requested_by" uuid NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"released_by" uuid,
	"released_at" timestamp with time zone,
	"released_sha256" text,
	"withdrawn_by" uuid,
	"withdrawn_at" timestamp with time zone,
	"extended_until" timestamp with time zone,
	"extended_by" uuid,
	"opened_at" timestamp with time zone,
	CONSTRAINT "disclosures_two_people" CHECK ("disclosures"."released_by" is null or "disclosures"."released_by" <> "disclosures"."requested_by"),
	CONSTRAINT "disclosures_released" CHECK (("disclosures"."released_at" is null) = ("disclosures"."released_by" is null)),
	CONSTRAINT "disclosures_bound" CHECK ("disclosures"."released_at" is null or "disclosures"."released_sha256" = "disclosures"."sha256"),
	CONSTRAINT "disclosures_one_end" CHECK ("disclosures"."released_at" is null or "disclosures"."withdrawn_at" is null),
	CONSTRAINT "disclosures_opened" CHECK ("disclosures"."opened_at" is null or "disclosures"."released_at" is not null),
	CONSTRAINT "disclosures_extended" CHECK (("disclosures"."extended_until" is null) = ("disclosures"."extended_by" is null) and ("disclosures"."extended_until" is null or "disclosures"."extended_until" > "disclosures"."sealed_until")),
	CONSTRAINT "disclosures_people" CHECK ("disclosures"."people_given" between 0 and "disclosures"."people_asked"),
	CONSTRAINT "disclosures_outcome" CHECK (("disclosures"."outcome" = 'refused') = (cardinality("disclosures"."given") = 0) and ("disclosures"."outcome" = 'refused') = ("disclosures"."people_given" = 0))
);
--> statement-breakpoint
CREATE TABLE "attachments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"message_id" uuid,
	"intake_id" uuid,
	"position" integer NOT NULL,
	"name" "bytea" NOT NULL,
	"type" text,
	"bytes" bigint NOT NULL,
	"sha256" text,
	"wrapped_key" "bytea",
	"refused" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attachments_belong" CHECK (("attachments"."message_id" is null) <> ("attachments"."intake_id" is null)),
	CONSTRAINT "attachments_kept" CHECK (("attachments"."refused" is null) = ("attachments"."wrapped_key" is not null and "attachments"."type" is not null and "attachments"."sha256" is not null))
);
--> statement-breakpoint
CREATE TABLE "inbound_mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider_id" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"processed_at" timestamp with time zone,
	"nature" text,
	"message_id" uuid,
	"claimed_case_id" uuid,
	"proved" boolean DEFAULT false NOT NULL,
	"sender_hash" text,
	"message_hash" text,
	"acknowledged_at" timestamp with time zone,
	"sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "processing_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "processing_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"record_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"what" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "processing_records" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"person_id" uuid NOT NULL,
	"case_id" uuid,
	"purpose" text,
	"system" text,
	"source" text NOT NULL,
	"basis" text,
	"exception_ground" text,
	"asked_at" timestamp with time zone NOT NULL,
	"in_effect_from" timestamp with time zone NOT NULL,
	"decided_at" timestamp with time zone,
	"decided_by" uuid,
	"decision" text,
	"decision_ground" text,
	"lift_announced_at" timestamp with time zone,
	"lift_announced_by" uuid,
	"lift_ground" text,
	"lifts_at" timestamp with time zone,
	"lift_kept_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"ended_how" text,
	CONSTRAINT "processing_records_kind" CHECK ("processing_records"."kind" in ('objection', 'restriction', 'exception')),
	CONSTRAINT "processing_records_objection" CHECK ("processing_records"."kind" <> 'objection' or ("processing_records"."purpose" is not null and "processing_records"."purpose" not in ('security', 'legal-compliance'))),
	CONSTRAINT "processing_records_basis" CHECK (("processing_records"."kind" = 'restriction') = ("processing_records"."basis" is not null)),
	CONSTRAINT "processing_records_exception" CHECK (("processing_records"."kind" = 'exception') = ("processing_records"."exception_ground" is not null)),
	CONSTRAINT "processing_records_decided" CHECK (("processing_records"."decided_at" is null) = ("processing_records"."decision" is null) and ("processing_records"."decided_at" is null) = ("processing_records"."decided_by" is null)
          and ("processing_records"."decision" is distinct from 'rejected' or "processing_records"."decision_ground" is not null)),
	CONSTRAINT "processing_records_lift" CHECK (("processing_records"."lifts_at" is null) = ("processing_records"."lift_announced_at" is null) and ("processing_records"."lifts_at" is null) = ("processing_records"."lift_ground" is null)
          and ("processing_records"."ended_how" is distinct from 'lifted' or ("processing_records"."lifts_at" is not null and "processing_records"."ended_at" >= "processing_records"."lifts_at"))),
	CONSTRAINT "processing_records_unconditional" CHECK (not ("processing_records"."kind" = 'objection' and "processing_records"."purpose" = 'improvement') or ("processing_records"."decision" is distinct from 'rejected' and "processing_records"."lifts_at" is null)),
	CONSTRAINT "processing_records_ended_how" CHECK (("processing_records"."ended_at" is null) = ("processing_records"."ended_how" is null))
);
--> statement-breakpoint
CREATE TABLE "processing_refusals" (
	"person_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"day" date NOT NULL,
	"count" integer NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "processing_refusals_person_id_purpose_day_pk" PRIMARY KEY("person_id","purpose","day")
);
--> statement-breakpoint
CREATE TABLE "agent_permissions" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"subject_address" "bytea",
	"statement" "bytea",
	"statement_sha256" text,
	"asked_at" timestamp with time zone NOT NULL,
	"signed_at" timestamp with time zone,
	"withdrawn_at" timestamp with time zone,
	CONSTRAINT "agent_permissions_signed" CHECK (("agent_permissions"."signed_at" is null) = ("agent_permissions"."statement_sha256" is null) and ("agent_permissions"."withdrawn_at" is null or "agent_permissions"."signed_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "case_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"bearer" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "identity_proofs" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"address" "bytea",
	"asked_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"reminded_at" timestamp with time zone,
	"proved_at" timestamp with time zone,
	"disowned_at" timestamp with time zone,
	"lapsed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "incoming_chunks" (
	"transfer_id" uuid NOT NULL,
	"part" integer NOT NULL,
	"chunk" integer NOT NULL,
	"bytes" integer NOT NULL,
	"sha256" text NOT NULL,
	CONSTRAINT "incoming_chunks_transfer_id_part_chunk_pk" PRIMARY KEY("transfer_id","part","chunk")
);
--> statement-breakpoint
CREATE TABLE "incoming_transfers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sender_id" uuid NOT NULL,
	"sender_origin" text NOT NULL,
	"sender_name" text NOT NULL,
	"sender_key" text NOT NULL,
	"scope" text NOT NULL,
	"address_hash" text,
	"address" "bytea",
	"offer_sha256" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" bigint NOT NULL,
	"parts" jsonb NOT NULL,
	"chunk_bytes" integer NOT NULL,
	"wrapped_key" "bytea",
	"offered_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"completed_at" timestamp with time zone,
	"verified_at" timestamp with time zone,
	"contents" jsonb,
	"acknowledgement" text,
	"refusal" text,
	"refused_at" timestamp with time zone,
	"accepted_at" timestamp with time zone,
	"accepted_by" uuid,
	"fence" integer DEFAULT 0 NOT NULL,
	"import_transaction" text,
	"imported_at" timestamp with time zone,
	"rows_imported" bigint,
	"import_failure" text,
	"import_failed_at" timestamp with time zone,
	"declined_at" timestamp with time zone,
	"withdrawn_at" timestamp with time zone,
	"removed_at" timestamp with time zone,
	CONSTRAINT "incoming_transfers_refusal" CHECK (("incoming_transfers"."refusal" is null) = ("incoming_transfers"."refused_at" is null)),
	CONSTRAINT "incoming_transfers_accepted" CHECK ("incoming_transfers"."accepted_by" is null or "incoming_transfers"."accepted_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"package_id" uuid NOT NULL,
	"scope" text NOT NULL,
	"destination" text,
	"origin" text NOT NULL,
	"name" text NOT NULL,
	"contact" text NOT NULL,
	"endpoint" text NOT NULL,
	"public_key" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"last_attempt_at" timestamp with time zone,
	"last_failure" text,
	"failing_since" timestamp with time zone,
	"offered_at" timestamp with time zone,
	"bytes_total" bigint,
	"bytes_sent" bigint DEFAULT 0 NOT NULL,
	"sent_at" timestamp with time zone,
	"arrived_at" timestamp with time zone,
	"acknowledgement" text,
	"failed_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"recall" text,
	"recalled_at" timestamp with time zone,
	CONSTRAINT "transfers_one_end" CHECK (("transfers"."arrived_at" is null or "transfers"."failed_at" is null) and ("transfers"."arrived_at" is null) = ("transfers"."acknowledgement" is null)),
	CONSTRAINT "transfers_recall" CHECK (("transfers"."recall" is null) = ("transfers"."recalled_at" is null))
);
--> statement-breakpoint
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "cases_open";--> statement-breakpoint
ALTER TABLE "case_clocks" ADD COLUMN "extended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "case_clocks" ADD COLUMN "near_told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "case_clocks" ADD COLUMN "missed_told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "contact_hash" text;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "approval_ground" text;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "snoozed_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "merged_into" uuid;--> statement-breakpoint
ALTER TABLE "packages" ADD COLUMN "held_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "packages" ADD COLUMN "risks" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "record_accesses" ADD CONSTRAINT "record_accesses_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "record_accesses" ADD CONSTRAINT "record_accesses_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "record_accesses" ADD CONSTRAINT "record_accesses_concealed_by_staff_id_fk" FOREIGN KEY ("concealed_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "business_transfers" ADD CONSTRAINT "business_transfers_requested_by_staff_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "business_transfers" ADD CONSTRAINT "business_transfers_approved_by_staff_id_fk" FOREIGN KEY ("approved_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "business_transfers" ADD CONSTRAINT "business_transfers_withdrawn_by_staff_id_fk" FOREIGN KEY ("withdrawn_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "business_transfers" ADD CONSTRAINT "business_transfers_version_id_policy_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."policy_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_appeals" ADD CONSTRAINT "case_appeals_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_appeals" ADD CONSTRAINT "case_appeals_decided_by_staff_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_appeals" ADD CONSTRAINT "case_appeals_reviewed_by_staff_id_fk" FOREIGN KEY ("reviewed_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "address_changes" ADD CONSTRAINT "address_changes_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "address_changes" ADD CONSTRAINT "address_changes_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_decided_by_staff_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_items" ADD CONSTRAINT "correction_items_run_id_correction_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."correction_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_notices" ADD CONSTRAINT "correction_notices_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_notices" ADD CONSTRAINT "correction_notices_run_id_correction_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."correction_runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_notices" ADD CONSTRAINT "correction_notices_told_by_staff_id_fk" FOREIGN KEY ("told_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "correction_runs" ADD CONSTRAINT "correction_runs_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
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
ALTER TABLE "disclosure_people" ADD CONSTRAINT "disclosure_people_disclosure_id_disclosures_id_fk" FOREIGN KEY ("disclosure_id") REFERENCES "public"."disclosures"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_requested_by_staff_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_released_by_staff_id_fk" FOREIGN KEY ("released_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_withdrawn_by_staff_id_fk" FOREIGN KEY ("withdrawn_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_extended_by_staff_id_fk" FOREIGN KEY ("extended_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_message_id_case_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."case_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_intake_id_intakes_id_fk" FOREIGN KEY ("intake_id") REFERENCES "public"."intakes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbound_mails" ADD CONSTRAINT "inbound_mails_message_id_case_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."case_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbound_mails" ADD CONSTRAINT "inbound_mails_claimed_case_id_cases_id_fk" FOREIGN KEY ("claimed_case_id") REFERENCES "public"."cases"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_changes" ADD CONSTRAINT "processing_changes_record" FOREIGN KEY ("record_id") REFERENCES "public"."processing_records"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_records" ADD CONSTRAINT "processing_records_person" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_records" ADD CONSTRAINT "processing_records_case" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_records" ADD CONSTRAINT "processing_records_decided_by" FOREIGN KEY ("decided_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_records" ADD CONSTRAINT "processing_records_lift_by" FOREIGN KEY ("lift_announced_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_refusals" ADD CONSTRAINT "processing_refusals_person" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_permissions" ADD CONSTRAINT "agent_permissions_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_tokens" ADD CONSTRAINT "case_tokens_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_proofs" ADD CONSTRAINT "identity_proofs_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incoming_chunks" ADD CONSTRAINT "incoming_chunks_transfer_id_incoming_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "public"."incoming_transfers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incoming_transfers" ADD CONSTRAINT "incoming_transfers_accepted_by_people_id_fk" FOREIGN KEY ("accepted_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_package_id_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."packages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "record_accesses_person" ON "record_accesses" USING btree ("person_id","at");--> statement-breakpoint
CREATE INDEX "record_accesses_visit" ON "record_accesses" USING btree ("case_id","staff_id","at");--> statement-breakpoint
CREATE INDEX "record_accesses_at" ON "record_accesses" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "business_transfers_version" ON "business_transfers" USING btree ("version_id");--> statement-breakpoint
CREATE UNIQUE INDEX "case_appeals_open" ON "case_appeals" USING btree ("case_id") WHERE reviewed_at is null;--> statement-breakpoint
CREATE INDEX "case_appeals_case" ON "case_appeals" USING btree ("case_id","appealed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "address_changes_stop" ON "address_changes" USING btree ("stop_token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "address_changes_prove" ON "address_changes" USING btree ("prove_token_hash");--> statement-breakpoint
CREATE INDEX "address_changes_person" ON "address_changes" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "correction_items_open" ON "correction_items" USING btree ("cell") WHERE settled_at is null;--> statement-breakpoint
CREATE INDEX "correction_items_case" ON "correction_items" USING btree ("case_id","position");--> statement-breakpoint
CREATE INDEX "correction_items_run" ON "correction_items" USING btree ("run_id");--> statement-breakpoint
CREATE UNIQUE INDEX "correction_notices_one" ON "correction_notices" USING btree ("run_id","recipient");--> statement-breakpoint
CREATE INDEX "correction_notices_case" ON "correction_notices" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "correction_notices_open" ON "correction_notices" USING btree ("owed_at","id") WHERE told_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "correction_runs_open" ON "correction_runs" USING btree ("case_id","system") WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX "correction_runs_case" ON "correction_runs" USING btree ("case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "case_mentions_one" ON "case_mentions" USING btree ("message_id","staff_id");--> statement-breakpoint
CREATE INDEX "case_mentions_unseen" ON "case_mentions" USING btree ("staff_id","at") WHERE seen_at is null;--> statement-breakpoint
CREATE INDEX "case_mentions_case" ON "case_mentions" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "case_tags_tag" ON "case_tags" USING btree ("tag","case_id");--> statement-breakpoint
CREATE UNIQUE INDEX "desk_views_name" ON "desk_views" USING btree ("staff_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "package_looks_one" ON "package_looks" USING btree ("package_id","staff_id","sha256");--> statement-breakpoint
CREATE UNIQUE INDEX "package_redactions_one" ON "package_redactions" USING btree ("package_id","system","collection",(coalesce("field", '')));--> statement-breakpoint
CREATE UNIQUE INDEX "saved_replies_title" ON "saved_replies" USING btree ("title") WHERE retired_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "disclosure_people_once" ON "disclosure_people" USING btree ("disclosure_id","platform_user_id");--> statement-breakpoint
CREATE INDEX "disclosure_people_user" ON "disclosure_people" USING btree ("platform_user_id");--> statement-breakpoint
CREATE INDEX "disclosures_received" ON "disclosures" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "disclosures_closed" ON "disclosures" USING btree ("released_at") WHERE released_at is not null and opened_at is null;--> statement-breakpoint
CREATE INDEX "attachments_message" ON "attachments" USING btree ("message_id","position");--> statement-breakpoint
CREATE INDEX "attachments_intake" ON "attachments" USING btree ("intake_id") WHERE intake_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_mails_provider" ON "inbound_mails" USING btree ("provider_id");--> statement-breakpoint
CREATE INDEX "inbound_mails_message" ON "inbound_mails" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "inbound_mails_claimed" ON "inbound_mails" USING btree ("claimed_case_id") WHERE claimed_case_id is not null;--> statement-breakpoint
CREATE INDEX "inbound_mails_sender" ON "inbound_mails" USING btree ("sender_hash","received_at");--> statement-breakpoint
CREATE INDEX "inbound_mails_acknowledged" ON "inbound_mails" USING btree ("acknowledged_at") WHERE acknowledged_at is not null;--> statement-breakpoint
CREATE INDEX "inbound_mails_loose" ON "inbound_mails" USING btree ("received_at") WHERE message_id is null;--> statement-breakpoint
CREATE INDEX "processing_changes_record_id" ON "processing_changes" USING btree ("record_id");--> statement-breakpoint
CREATE INDEX "processing_changes_person" ON "processing_changes" USING btree ("person_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "processing_records_standing" ON "processing_records" USING btree ("person_id","kind",(coalesce("purpose", '')),(coalesce("system", ''))) WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "processing_records_signal" ON "processing_records" USING btree ("person_id") WHERE source = 'gpc';--> statement-breakpoint
CREATE INDEX "processing_records_case_id" ON "processing_records" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "processing_records_lifts" ON "processing_records" USING btree ("lifts_at") WHERE ended_at is null and lifts_at is not null;--> statement-breakpoint
CREATE INDEX "processing_records_ended" ON "processing_records" USING btree ("ended_at") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "processing_records_kept" ON "processing_records" USING btree ("person_id") WHERE ended_at is null and basis in ('unlawful', 'claims');--> statement-breakpoint
CREATE INDEX "processing_refusals_day" ON "processing_refusals" USING btree ("day");--> statement-breakpoint
CREATE UNIQUE INDEX "case_tokens_hash" ON "case_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "case_tokens_case" ON "case_tokens" USING btree ("case_id","purpose");--> statement-breakpoint
CREATE INDEX "case_tokens_expires" ON "case_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "incoming_transfers_sender" ON "incoming_transfers" USING btree ("sender_id","sender_origin");--> statement-breakpoint
CREATE INDEX "incoming_transfers_address" ON "incoming_transfers" USING btree ("address_hash");--> statement-breakpoint
CREATE INDEX "incoming_transfers_kept" ON "incoming_transfers" USING btree ("expires_at") WHERE removed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_package" ON "transfers" USING btree ("package_id");--> statement-breakpoint
CREATE INDEX "transfers_person" ON "transfers" USING btree ("person_id","requested_at");--> statement-breakpoint
CREATE INDEX "transfers_case" ON "transfers" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "transfers_open" ON "transfers" USING btree ("last_attempt_at") WHERE arrived_at is null and failed_at is null and revoked_at is null;--> statement-breakpoint
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