CREATE TABLE "legal_holds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"scope" text NOT NULL,
	"platform_user_id" text,
	"platform_company_id" text,
	"identities" "bytea",
	"system" text,
	"collection" text,
	"from_at" timestamp with time zone,
	"until_at" timestamp with time zone,
	"ground" text NOT NULL,
	"note" "bytea" NOT NULL,
	"requested_by" uuid NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"set_by" uuid,
	"set_at" timestamp with time zone,
	"withdrawn_by" uuid,
	"withdrawn_at" timestamp with time zone,
	"concealed_by" uuid,
	"concealed_at" timestamp with time zone,
	"conceal_reason" "bytea",
	"release_requested_by" uuid,
	"release_requested_at" timestamp with time zone,
	"release_reason" "bytea",
	"released_by" uuid,
	"released_at" timestamp with time zone,
	CONSTRAINT "legal_holds_extent" CHECK (case "legal_holds"."scope" when 'person' then "legal_holds"."platform_user_id" is not null when 'company' then "legal_holds"."platform_company_id" is not null
          else "legal_holds"."collection" is not null and "legal_holds"."platform_user_id" is null and "legal_holds"."platform_company_id" is null end),
	CONSTRAINT "legal_holds_collection" CHECK ("legal_holds"."collection" is null or "legal_holds"."system" is not null),
	CONSTRAINT "legal_holds_range" CHECK ("legal_holds"."from_at" is null or "legal_holds"."until_at" is null or "legal_holds"."from_at" < "legal_holds"."until_at"),
	CONSTRAINT "legal_holds_two_to_set" CHECK (("legal_holds"."set_by" is null) = ("legal_holds"."set_at" is null) and "legal_holds"."set_by" <> "legal_holds"."requested_by"),
	CONSTRAINT "legal_holds_two_to_release" CHECK (("legal_holds"."released_by" is null) = ("legal_holds"."released_at" is null) and "legal_holds"."released_by" <> "legal_holds"."release_requested_by"
          and ("legal_holds"."released_at" is null or ("legal_holds"."release_requested_at" is not null and "legal_holds"."set_at" is not null))),
	CONSTRAINT "legal_holds_withdrawn" CHECK ("legal_holds"."withdrawn_at" is null or "legal_holds"."set_at" is null),
	CONSTRAINT "legal_holds_concealed" CHECK (("legal_holds"."concealed_by" is null) = ("legal_holds"."concealed_at" is null) and ("legal_holds"."concealed_at" is null or "legal_holds"."conceal_reason" is not null))
);
--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_requested_by_staff_id_fk" FOREIGN KEY ("requested_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_set_by_staff_id_fk" FOREIGN KEY ("set_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_withdrawn_by_staff_id_fk" FOREIGN KEY ("withdrawn_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_concealed_by_staff_id_fk" FOREIGN KEY ("concealed_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_release_requested_by_staff_id_fk" FOREIGN KEY ("release_requested_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "legal_holds" ADD CONSTRAINT "legal_holds_released_by_staff_id_fk" FOREIGN KEY ("released_by") REFERENCES "public"."staff"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "legal_holds_open" ON "legal_holds" USING btree ("requested_at") WHERE released_at is null and withdrawn_at is null;--> statement-breakpoint
CREATE INDEX "legal_holds_user" ON "legal_holds" USING btree ("platform_user_id");--> statement-breakpoint
CREATE INDEX "legal_holds_company" ON "legal_holds" USING btree ("platform_company_id");