CREATE TABLE "map_checks" (
	"system" text PRIMARY KEY NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"columns" jsonb NOT NULL,
	"undeclared" integer NOT NULL
);
