CREATE TABLE "case_presence" (
	"case_id" uuid NOT NULL,
	"staff_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "case_presence_case_id_staff_id_pk" PRIMARY KEY("case_id","staff_id")
);
--> statement-breakpoint
CREATE TABLE "message_originals" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"body" "bytea" NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_redactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"message_id" uuid NOT NULL,
	"whole" boolean DEFAULT false NOT NULL,
	"ground" text NOT NULL,
	"staff_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "cases_snoozed";--> statement-breakpoint
ALTER TABLE "case_presence" ADD CONSTRAINT "case_presence_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_presence" ADD CONSTRAINT "case_presence_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_originals" ADD CONSTRAINT "message_originals_message_id_case_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."case_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_redactions" ADD CONSTRAINT "message_redactions_message_id_message_originals_message_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."message_originals"("message_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_redactions" ADD CONSTRAINT "message_redactions_staff_id_staff_id_fk" FOREIGN KEY ("staff_id") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "message_redactions_message" ON "message_redactions" USING btree ("message_id");--> statement-breakpoint
CREATE UNIQUE INDEX "message_redactions_whole" ON "message_redactions" USING btree ("message_id") WHERE whole;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "deletions_in_grace" ON "deletions" USING btree ("grace_ends_at","case_id") WHERE cancelled_at is null and expired_at is null;--> statement-breakpoint
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX "cases_snoozed" ON "cases" USING btree ((case when "snoozed_until" is null then '-infinity'::timestamptz else "snoozed_until" end),"id") WHERE closed_at is null and snoozed_until is not null;