import { sql } from "drizzle-orm";
import { check, index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "../types";
import { policyVersions } from "./policy";

/** Public halves of the Ed25519 keys that evidence was ever signed with: published for good, so that old files verify. */
export const signingKeys = pgTable("signing_keys", {
  /** The key's JWK thumbprint (RFC 7638). */
  kid: text().primaryKey(),
  /** `x` of its JWK (RFC 8037), base64url. */
  x: text().notNull(),
  firstUsedAt: instant("first_used_at").notNull().default(sql`now()`),
});

/** The first authenticated use after a version took effect, which counts as accepting it: once a person and version. */
export const acknowledgements = pgTable(
  "acknowledgements",
  {
    id: uuid().primaryKey(),
    versionId: uuid("version_id")
      .notNull()
      .references(() => policyVersions.id),
    /** Of the version's text: what was accepted is exactly this. */
    sha256: text().notNull(),
    /** The platform's user, or `person:` and the id of a person here whom the platform does not know. */
    subject: text().notNull(),
    personId: uuid("person_id"),
    /** The use itself. */
    at: instant().notNull(),
    /** This app saw it, or the platform reported it. */
    via: text({ enum: ["app", "platform"] }).notNull(),
    /** The report's `webhook-id`. */
    reportId: text("report_id"),
    recordedAt: instant("recorded_at").notNull().default(sql`now()`),
  },
  (t) => [
    unique("acknowledgements_once").on(t.versionId, t.subject),
    index("acknowledgements_subject").on(t.subject),
    check("acknowledgement_via", sql`${t.via} in ('app', 'platform')`),
  ],
);
