import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { people, staff } from "./people";

/** Why staff look at a record: the first three follow from who looks and at what, the others are stated. */
export const accessPurposes = [
  "assigned",
  "due",
  "audit",
  "follow-up",
  "colleague",
  "quality",
  "complaint",
  "security",
] as const;

/** A case; what the platform holds of its person; what a provider is told to erase; what was left out of a message or taken out of view. */
export const accessedThings = ["case", "values", "provider-task", "original"] as const;

/**
 * A receipt of staff looking at somebody's record: one row a visit. The person sees when, in which role, why and what kind of
 * thing, never who. Append-only; an officer other than the one who looked may conceal one, with a reason.
 */
export const recordAccesses = pgTable(
  "record_accesses",
  {
    id: uuid().primaryKey(),
    /** Whose record; null while nobody here is the subject of a question. */
    personId: uuid("person_id").references(() => people.id),
    /** The case that was opened; it may be cleared before this is. */
    caseId: uuid("case_id"),
    staffId: uuid("staff_id")
      .notNull()
      .references(() => staff.id),
    role: text({ enum: ["agent", "officer", "auditor"] }).notNull(),
    purpose: text({ enum: accessPurposes }).notNull(),
    /** What kind of thing was seen. */
    what: text({ enum: accessedThings }).notNull(),
    /** Staff's own words on why, sealed under the person's key, or the master key without one. */
    words: bytes(),
    at: instant().notNull(),
    concealedBy: uuid("concealed_by").references(() => staff.id),
    concealedAt: instant("concealed_at"),
    concealReason: bytes("conceal_reason"),
  },
  (t) => [
    index("record_accesses_person").on(t.personId, t.at),
    index("record_accesses_visit").on(t.caseId, t.staffId, t.at),
    index("record_accesses_at").on(t.at),
    check("record_accesses_concealed", sql`(${t.concealedAt} is null) = (${t.concealReason} is null)`),
    check("record_accesses_two_people", sql`${t.concealedBy} is null or ${t.concealedBy} <> ${t.staffId}`),
  ],
);
