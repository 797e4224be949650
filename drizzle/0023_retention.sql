CREATE TABLE "retention_canaries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"rule" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"planted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "retention_canaries_one" UNIQUE("rule")
);
--> statement-breakpoint
CREATE TABLE "retention_closures" (
	"scope" text NOT NULL,
	"subject" text NOT NULL,
	"closed_at" timestamp with time zone NOT NULL,
	"classes" text[] DEFAULT '{}' NOT NULL,
	"again_at" timestamp with time zone,
	"pending" jsonb,
	CONSTRAINT "retention_closures_one" UNIQUE("scope","subject")
);
--> statement-breakpoint
CREATE TABLE "retention_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sweep_id" uuid NOT NULL,
	"system" text NOT NULL,
	"rule" text NOT NULL,
	"collection" text NOT NULL,
	"cutoff" timestamp with time zone,
	"accounts" bigint DEFAULT 0 NOT NULL,
	"deleted" bigint DEFAULT 0 NOT NULL,
	"estimated" bigint DEFAULT 0 NOT NULL,
	"partitions" integer DEFAULT 0 NOT NULL,
	"emptied" bigint DEFAULT 0 NOT NULL,
	"cut" bigint DEFAULT 0 NOT NULL,
	"held" bigint DEFAULT 0 NOT NULL,
	"waiting" bigint DEFAULT 0 NOT NULL,
	"left_over" bigint DEFAULT 0 NOT NULL,
	"oldest" timestamp with time zone,
	"ages" jsonb,
	"sampled" boolean DEFAULT false NOT NULL,
	"progress" jsonb,
	"milliseconds" integer DEFAULT 0 NOT NULL,
	"finished_at" timestamp with time zone,
	"failure" text,
	CONSTRAINT "retention_runs_one" UNIQUE("sweep_id","system","rule","collection")
);
--> statement-breakpoint
CREATE TABLE "retention_sweeps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"policy_number" integer NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"active_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"failure" text,
	"requested_by" uuid,
	CONSTRAINT "retention_sweep_kind" CHECK ("retention_sweeps"."kind" in ('sweep', 'dry-run', 'own'))
);
--> statement-breakpoint
ALTER TABLE "retention_runs" ADD CONSTRAINT "retention_runs_sweep_id_retention_sweeps_id_fk" FOREIGN KEY ("sweep_id") REFERENCES "public"."retention_sweeps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "retention_sweeps" ADD CONSTRAINT "retention_sweeps_requested_by_staff_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "retention_runs_rule" ON "retention_runs" USING btree ("rule","finished_at");--> statement-breakpoint
CREATE UNIQUE INDEX "retention_sweeps_one_open" ON "retention_sweeps" USING btree ("kind") WHERE kind = 'sweep' and finished_at is null;--> statement-breakpoint
CREATE INDEX "retention_sweeps_at" ON "retention_sweeps" USING btree ("kind","at");