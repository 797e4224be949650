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
ALTER TABLE "processing_changes" ADD CONSTRAINT "processing_changes_record" FOREIGN KEY ("record_id") REFERENCES "public"."processing_records"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_records" ADD CONSTRAINT "processing_records_person" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_records" ADD CONSTRAINT "processing_records_case" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_records" ADD CONSTRAINT "processing_records_decided_by" FOREIGN KEY ("decided_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_records" ADD CONSTRAINT "processing_records_lift_by" FOREIGN KEY ("lift_announced_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_refusals" ADD CONSTRAINT "processing_refusals_person" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "processing_changes_record_id" ON "processing_changes" USING btree ("record_id");--> statement-breakpoint
CREATE INDEX "processing_changes_person" ON "processing_changes" USING btree ("person_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "processing_records_standing" ON "processing_records" USING btree ("person_id","kind",(coalesce("purpose", '')),(coalesce("system", ''))) WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "processing_records_signal" ON "processing_records" USING btree ("person_id") WHERE source = 'gpc';--> statement-breakpoint
CREATE INDEX "processing_records_case_id" ON "processing_records" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "processing_records_lifts" ON "processing_records" USING btree ("lifts_at") WHERE ended_at is null and lifts_at is not null;--> statement-breakpoint
CREATE INDEX "processing_records_ended" ON "processing_records" USING btree ("ended_at") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "processing_records_kept" ON "processing_records" USING btree ("person_id") WHERE ended_at is null and basis in ('unlawful', 'claims');--> statement-breakpoint
CREATE INDEX "processing_refusals_day" ON "processing_refusals" USING btree ("day");