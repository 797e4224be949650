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
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_message_id_case_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."case_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_intake_id_intakes_id_fk" FOREIGN KEY ("intake_id") REFERENCES "public"."intakes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbound_mails" ADD CONSTRAINT "inbound_mails_message_id_case_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."case_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "inbound_mails" ADD CONSTRAINT "inbound_mails_claimed_case_id_cases_id_fk" FOREIGN KEY ("claimed_case_id") REFERENCES "public"."cases"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachments_message" ON "attachments" USING btree ("message_id","position");--> statement-breakpoint
CREATE INDEX "attachments_intake" ON "attachments" USING btree ("intake_id") WHERE intake_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_mails_provider" ON "inbound_mails" USING btree ("provider_id");--> statement-breakpoint
CREATE INDEX "inbound_mails_message" ON "inbound_mails" USING btree ("message_id");--> statement-breakpoint
CREATE INDEX "inbound_mails_claimed" ON "inbound_mails" USING btree ("claimed_case_id") WHERE claimed_case_id is not null;--> statement-breakpoint
CREATE INDEX "inbound_mails_sender" ON "inbound_mails" USING btree ("sender_hash","received_at");--> statement-breakpoint
CREATE INDEX "inbound_mails_acknowledged" ON "inbound_mails" USING btree ("acknowledged_at") WHERE acknowledged_at is not null;--> statement-breakpoint
CREATE INDEX "inbound_mails_loose" ON "inbound_mails" USING btree ("received_at") WHERE message_id is null;