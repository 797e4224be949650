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
ALTER TABLE "case_clocks" ADD COLUMN "extended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "agent_permissions" ADD CONSTRAINT "agent_permissions_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_tokens" ADD CONSTRAINT "case_tokens_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_proofs" ADD CONSTRAINT "identity_proofs_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "case_tokens_hash" ON "case_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "case_tokens_case" ON "case_tokens" USING btree ("case_id","purpose");--> statement-breakpoint
CREATE INDEX "case_tokens_expires" ON "case_tokens" USING btree ("expires_at");