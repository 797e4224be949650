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
ALTER TABLE "incoming_chunks" ADD CONSTRAINT "incoming_chunks_transfer_id_incoming_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "public"."incoming_transfers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incoming_transfers" ADD CONSTRAINT "incoming_transfers_accepted_by_people_id_fk" FOREIGN KEY ("accepted_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_package_id_packages_id_fk" FOREIGN KEY ("package_id") REFERENCES "public"."packages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "incoming_transfers_sender" ON "incoming_transfers" USING btree ("sender_id","sender_origin");--> statement-breakpoint
CREATE INDEX "incoming_transfers_address" ON "incoming_transfers" USING btree ("address_hash");--> statement-breakpoint
CREATE INDEX "incoming_transfers_kept" ON "incoming_transfers" USING btree ("expires_at") WHERE removed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_package" ON "transfers" USING btree ("package_id");--> statement-breakpoint
CREATE INDEX "transfers_person" ON "transfers" USING btree ("person_id","requested_at");--> statement-breakpoint
CREATE INDEX "transfers_case" ON "transfers" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "transfers_open" ON "transfers" USING btree ("last_attempt_at") WHERE arrived_at is null and failed_at is null and revoked_at is null;