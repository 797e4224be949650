CREATE TABLE "account_closures" (
	"case_id" uuid PRIMARY KEY NOT NULL,
	"account_closed_at" timestamp with time zone,
	"company_closed_at" timestamp with time zone,
	"noted_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "receipts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"edition" integer NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"body" text NOT NULL,
	"sha256" text NOT NULL,
	"token_hash" text NOT NULL,
	"token" "bytea" NOT NULL,
	CONSTRAINT "receipts_edition" UNIQUE("case_id","edition"),
	CONSTRAINT "receipts_token" UNIQUE("token_hash","edition")
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"noted_at" timestamp with time zone NOT NULL,
	"n" integer,
	"mac" text,
	"line" text,
	"written_at" timestamp with time zone,
	"replayed_at" timestamp with time zone,
	CONSTRAINT "suppressions_n_unique" UNIQUE("n")
);
--> statement-breakpoint
ALTER TABLE "account_closures" ADD CONSTRAINT "account_closures_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receipts" ADD CONSTRAINT "receipts_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "suppressions_reference" ON "suppressions" USING btree ("reference");