CREATE TABLE "erasure_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"system" text NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"fates" jsonb,
	"transaction" text,
	"finished_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"failure" text,
	CONSTRAINT "erasure_runs_one" UNIQUE("case_id","system")
);
--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "begun_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "deletions" ADD COLUMN "carried_out_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "erasure_runs" ADD CONSTRAINT "erasure_runs_case_id_deletions_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."deletions"("case_id") ON DELETE cascade ON UPDATE no action;
