import { sql } from "drizzle-orm";
import { check, date, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { cases } from "./cases";
import { staff } from "./people";

export const providerAnswerStates = ["erased", "nothing-held", "kept"] as const;

/**
 * What one provider is to be told of one erasure, and what it answered (GDPR 17(2), 19). Made while the platform still knows who
 * the person is, owed once the erasure has lasted; one more where a hold kept something back that goes later.
 */
export const providerErasures = pgTable(
  "provider_erasures",
  {
    /** Also the `webhook-id` of the message. */
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    /** `id` of a recipient in trust-center.config.ts. */
    recipient: text().notNull(),
    /** Its name and what it does for us, as they were then. */
    name: text().notNull(),
    kind: text().notNull(),
    way: text({ enum: ["webhook", "manual", "none"] }).notNull(),
    /** Why it is not asked, for way `none`. */
    reason: text(),
    /**
     * What identifies the person to this provider, sealed under the master key; once owed, the message itself, so that every
     * try sends the same bytes. Destroyed with the answer.
     */
    sealed: bytes(),
    preparedAt: instant("prepared_at").notNull(),
    /** When the erasure had lasted; null before, and nobody is told. */
    owedAt: instant("owed_at"),
    /** By when the answer should be there. */
    dueAt: instant("due_at"),
    attempts: integer().notNull().default(0),
    lastAttemptAt: instant("last_attempt_at"),
    /** Why the last try failed: a status or a word, nothing of what was sent or received (S31). */
    lastFailure: text("last_failure"),
    /** When the provider took the message, or staff told it. */
    toldAt: instant("told_at"),
    toldBy: uuid("told_by").references(() => staff.id),
    remindedAt: instant("reminded_at"),
    reminders: integer().notNull().default(0),
    answeredAt: instant("answered_at"),
    /** Who wrote the answer down; null when the provider gave it itself. */
    answeredBy: uuid("answered_by").references(() => staff.id),
    answer: text({ enum: providerAnswerStates }),
    /** For `kept`: on what ground, in the provider's words, sealed; and until when. */
    ground: bytes(),
    until: date({ mode: "string" }),
    /** What staff noted as evidence, sealed: [{ at, state, text }]. */
    evidence: bytes(),
  },
  (t) => [
    // What a hold kept back goes later, and is a message of its own.
    uniqueIndex("provider_erasures_waiting").on(t.caseId, t.recipient).where(sql`owed_at is null`),
    index("provider_erasures_case").on(t.caseId),
    index("provider_erasures_open").on(t.dueAt, t.id).where(sql`owed_at is not null and answered_at is null`),
    check("provider_erasures_answer", sql`(${t.answeredAt} is null) = (${t.answer} is null)`),
    check("provider_erasures_destroyed", sql`${t.answeredAt} is null or ${t.sealed} is null`),
  ],
);
