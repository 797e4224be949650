import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { cases } from "./cases";
import { people, staff } from "./people";

/** Why an approved item did not change anything; it goes back to staff. */
export const correctionProblems = ["changed", "gone", "held", "refused", "not-allowed"] as const;
export type CorrectionProblem = (typeof correctionProblems)[number];

/** One transaction of corrections in one system of the data map, and what is known of it here (R2, R3). */
export const correctionRuns = pgTable(
  "correction_runs",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    system: text().notNull(),
    /** Counts up with each try; an older one that wakes up writes nothing (R3). */
    attempt: integer().notNull().default(1),
    startedAt: instant("started_at").notNull(),
    /** What becomes of each item, by its id: `applied`, `already` or a problem. Stored before it lasts there. */
    outcome: jsonb().$type<Record<string, "applied" | "already" | CorrectionProblem>>(),
    /** What stands in each item's place then, by its id, sealed under the person's key. */
    sealed: bytes(),
    /** The transaction's id in that system, by which a run that fell in between is asked whether it lasted. */
    transaction: text(),
    finishedAt: instant("finished_at"),
    failedAt: instant("failed_at"),
    /** What has to be mended; names of tables and columns only (S31). */
    failure: text(),
  },
  (t) => [
    uniqueIndex("correction_runs_open").on(t.caseId, t.system).where(sql`finished_at is null`),
    index("correction_runs_case").on(t.caseId),
  ],
);

/** One value that a person proposed to put right, and what became of it (GDPR 16, L5). */
export const correctionItems = pgTable(
  "correction_items",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    /** Names of the data map, and the field's label as it was shown. */
    system: text().notNull(),
    collection: text().notNull(),
    field: text().notNull(),
    label: text().notNull(),
    category: text().notNull(),
    by: text({ enum: ["rule", "staff", "address"] }).notNull(),
    /** Which row, before, after and evidence, sealed under the person's key; null once they are forgotten. */
    content: bytes(),
    /** Keyed hash of system, collection, row and field: one open proposal a value. */
    cell: text().notNull(),
    /** Staff who proposed it for the person; null where they did themselves. Somebody else approves it (S15). */
    proposedBy: uuid("proposed_by").references(() => staff.id),
    decision: text({ enum: ["approved", "declined", "withdrawn"] }),
    decidedAt: instant("decided_at"),
    decidedBy: uuid("decided_by").references(() => staff.id),
    /** Key of the ground it was declined on (L2); the words are in the thread, sealed. */
    ground: text(),
    problem: text({ enum: correctionProblems }),
    runId: uuid("run_id").references(() => correctionRuns.id, { onDelete: "cascade" }),
    appliedAt: instant("applied_at"),
    /** When nothing is left to do about it. */
    settledAt: instant("settled_at"),
  },
  (t) => [
    uniqueIndex("correction_items_open").on(t.cell).where(sql`settled_at is null`),
    index("correction_items_case").on(t.caseId, t.position),
    index("correction_items_run").on(t.runId),
    check("correction_items_decision", sql`(${t.decidedAt} is null) = (${t.decision} is null)`),
    check(
      "correction_items_two_people",
      sql`${t.decision} is distinct from 'approved' or ${t.proposedBy} is null or ${t.decidedBy} is distinct from ${t.proposedBy}`,
    ),
  ],
);

/** What protects a change of the address somebody signs in with (S14); before and after stand in the case's item. */
export const addressChanges = pgTable(
  "address_changes",
  {
    caseId: uuid("case_id")
      .primaryKey()
      .references(() => cases.id, { onDelete: "cascade" }),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    /** The session that asked: it goes on, every other ends. */
    sessionId: uuid("session_id").notNull(),
    /** SHA-256 of the token in the mail to the old address, which stops it. */
    stopTokenHash: text("stop_token_hash").notNull(),
    /** SHA-256 of the token in the mail to the new one, which proves that it is read. */
    proveTokenHash: text("prove_token_hash").notNull(),
    requestedAt: instant("requested_at").notNull(),
    notBefore: instant("not_before").notNull(),
    /** When an address that was not proved is given up. */
    expiresAt: instant("expires_at").notNull(),
    provenAt: instant("proven_at"),
    stoppedAt: instant("stopped_at"),
  },
  (t) => [
    uniqueIndex("address_changes_stop").on(t.stopTokenHash),
    uniqueIndex("address_changes_prove").on(t.proveTokenHash),
    index("address_changes_person").on(t.personId),
  ],
);

/** What one provider is told of corrections that it received the old value of (GDPR 19). */
export const correctionNotices = pgTable(
  "correction_notices",
  {
    /** Also the `webhook-id` of the message. */
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    runId: uuid("run_id")
      .notNull()
      .references(() => correctionRuns.id, { onDelete: "cascade" }),
    /** `id` of a recipient in trust-center.config.ts, its name and what it does for us, as they were then. */
    recipient: text().notNull(),
    name: text().notNull(),
    kind: text().notNull(),
    way: text({ enum: ["webhook", "manual"] }).notNull(),
    /** The message, so that every try sends the same bytes; sealed under the master key, destroyed once it was told. */
    sealed: bytes(),
    owedAt: instant("owed_at").notNull(),
    attempts: integer().notNull().default(0),
    lastFailure: text("last_failure"),
    toldAt: instant("told_at"),
    /** Staff who told it; null when it took the call. */
    toldBy: uuid("told_by").references(() => staff.id),
  },
  (t) => [
    uniqueIndex("correction_notices_one").on(t.runId, t.recipient),
    index("correction_notices_case").on(t.caseId),
    index("correction_notices_open").on(t.owedAt, t.id).where(sql`told_at is null`),
    check("correction_notices_destroyed", sql`${t.toldAt} is null or ${t.sealed} is null`),
  ],
);
