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
ALTER TABLE "cases" ADD COLUMN "approval_ground" text;--> statement-breakpoint
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
ALTER TABLE "disclosure_people" ADD CONSTRAINT "disclosure_people_disclosure_id_disclosures_id_fk" FOREIGN KEY ("disclosure_id") REFERENCES "public"."disclosures"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_requested_by_staff_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_released_by_staff_id_fk" FOREIGN KEY ("released_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_withdrawn_by_staff_id_fk" FOREIGN KEY ("withdrawn_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disclosures" ADD CONSTRAINT "disclosures_extended_by_staff_id_fk" FOREIGN KEY ("extended_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "record_accesses_person" ON "record_accesses" USING btree ("person_id","at");--> statement-breakpoint
CREATE INDEX "record_accesses_visit" ON "record_accesses" USING btree ("case_id","staff_id","at");--> statement-breakpoint
CREATE INDEX "record_accesses_at" ON "record_accesses" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "business_transfers_version" ON "business_transfers" USING btree ("version_id");--> statement-breakpoint
CREATE UNIQUE INDEX "case_appeals_open" ON "case_appeals" USING btree ("case_id") WHERE reviewed_at is null;--> statement-breakpoint
CREATE INDEX "case_appeals_case" ON "case_appeals" USING btree ("case_id","appealed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "disclosure_people_once" ON "disclosure_people" USING btree ("disclosure_id","platform_user_id");--> statement-breakpoint
CREATE INDEX "disclosure_people_user" ON "disclosure_people" USING btree ("platform_user_id");--> statement-breakpoint
CREATE INDEX "disclosures_received" ON "disclosures" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "disclosures_closed" ON "disclosures" USING btree ("released_at") WHERE released_at is not null and opened_at is null;