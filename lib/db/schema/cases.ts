import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "../types";
import { people, staff } from "./people";

export const caseKinds = [
  "access",
  "portability",
  "correction",
  "deletion",
  "objection",
  "restriction",
  "inquiry",
] as const;

/** A privacy request or an inquiry, with a public reference such as PR-7K2M-Q4XD. */
export const cases = pgTable(
  "cases",
  {
    id: uuid().primaryKey(),
    reference: text().notNull().unique(),
    kind: text({ enum: caseKinds }).notNull(),
    scope: text({ enum: ["person", "company"] })
      .notNull()
      .default("person"),
    channel: text({ enum: ["dashboard", "public-form", "mail", "staff"] }).notNull(),
    /** Whose data it is about; null while an inquiry's sender is unknown. */
    subjectId: uuid("subject_id").references(() => people.id),
    /** Who asked: the same person, or staff for them. */
    requesterId: uuid("requester_id").references(() => people.id),
    /** For a sender without an account: name and address, sealed under the master key (S32). */
    contact: bytes(),
    /** Keyed hash of that address, by which the desk finds cases of one sender. */
    contactHash: text("contact_hash"),
    /** Same key and same body gives the same case; another body is refused (R7). */
    idempotencyKey: text("idempotency_key").unique(),
    bodySha256: text("body_sha256"),
    /** What an objection or a restriction is to stop, until it is known whose it is: keys only. Then it becomes `processing_records`. */
    askedUses: jsonb("asked_uses").$type<{ purposes: string[]; basis: string | null; by: "person" | "staff" }>(),
    receivedAt: instant("received_at").notNull().default(sql`now()`),
    assignedTo: uuid("assigned_to").references(() => staff.id),
    assignedAt: instant("assigned_at"),
    /** First substantive reply by a person; an automatic acknowledgement is none (L1). */
    answeredAt: instant("answered_at"),
    decidedAt: instant("decided_at"),
    decidedBy: uuid("decided_by").references(() => staff.id),
    decision: text({ enum: ["approved", "partly", "declined", "completed", "cancelled"] }),
    /** Key of the ground a request, or a part of it, was declined on (L2, L10); the words are in the thread, sealed. */
    declineGround: text("decline_ground"),
    /** Key of the ground on which it was done. */
    approvalGround: text("approval_ground"),
    closedAt: instant("closed_at"),
    /** Staff asked the subject something and wait for the answer. */
    awaitingSubjectAt: instant("awaiting_subject_at"),
    /** Out of the queue until then; never past the earliest clock but for a margin. The reason is a note. */
    snoozedUntil: instant("snoozed_until"),
    /** The older case that answers this one too. */
    mergedInto: uuid("merged_into").references((): AnyPgColumn => cases.id, { onDelete: "set null" }),
    /** The earliest running clock, kept by a trigger on case_clocks; the desk sorts by it. */
    nextDueAt: instant("next_due_at"),
    /** Rises with every write; a form that staff opened before it is refused. */
    revision: integer().notNull().default(0),
  },
  (t) => [
    index("cases_subject").on(t.subjectId, t.receivedAt),
    // Not `coalesce`: row security takes it for leaky, and looks up in no index what is.
    index("cases_open")
      .on(sql`(case when ${t.nextDueAt} is null then 'infinity'::timestamptz else ${t.nextDueAt} end)`, t.id)
      .where(sql`closed_at is null`),
    index("cases_closed").on(t.closedAt, t.id).where(sql`closed_at is not null`),
    // The desk's filters, each in the order of its list, so that a page costs the same however deep it lies.
    index("cases_open_kind")
      .on(t.kind, sql`(case when ${t.nextDueAt} is null then 'infinity'::timestamptz else ${t.nextDueAt} end)`, t.id)
      .where(sql`closed_at is null`),
    index("cases_open_assigned")
      .on(
        t.assignedTo,
        sql`(case when ${t.nextDueAt} is null then 'infinity'::timestamptz else ${t.nextDueAt} end)`,
        t.id,
      )
      .where(sql`closed_at is null`),
    index("cases_open_channel")
      .on(t.channel, sql`(case when ${t.nextDueAt} is null then 'infinity'::timestamptz else ${t.nextDueAt} end)`, t.id)
      .where(sql`closed_at is null`),
    index("cases_waiting")
      .on(sql`(case when ${t.nextDueAt} is null then 'infinity'::timestamptz else ${t.nextDueAt} end)`, t.id)
      .where(sql`closed_at is null and awaiting_subject_at is not null`),
    // An expression, since Postgres then knows how many rows of this index lie behind a place in it and walks it, where it
    // would sort all of them: it takes the bare column's share of all cases for its share of those put aside.
    index("cases_snoozed")
      .on(sql`(case when ${t.snoozedUntil} is null then '-infinity'::timestamptz else ${t.snoozedUntil} end)`, t.id)
      .where(sql`closed_at is null and snoozed_until is not null`),
    index("cases_closed_kind").on(t.kind, t.closedAt, t.id).where(sql`closed_at is not null`),
    index("cases_closed_assigned").on(t.assignedTo, t.closedAt, t.id).where(sql`closed_at is not null`),
    index("cases_closed_channel").on(t.channel, t.closedAt, t.id).where(sql`closed_at is not null`),
    index("cases_contact_hash").on(t.contactHash).where(sql`contact_hash is not null`),
    index("cases_merged_into").on(t.mergedInto).where(sql`merged_into is not null`),
    // In bytes, for searching by a reference's beginning.
    index("cases_reference_start").on(sql`(reference collate "C")`),
    uniqueIndex("cases_one_open_deletion").on(t.subjectId).where(sql`kind = 'deletion' and closed_at is null`),
    check(
      "cases_kind",
      sql`${t.kind} in ('access','portability','correction','deletion','objection','restriction','inquiry')`,
    ),
    check("cases_decision", sql`(${t.decidedAt} is null) = (${t.decision} is null)`),
  ],
);

export const clockRules = ["policy-72h", "gdpr-1m", "ccpa-10bd", "ccpa-45d", "appeal-1m"] as const;

/** One deadline of a case: rule, start, due, pauses (L1). */
export const caseClocks = pgTable(
  "case_clocks",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    rule: text({ enum: clockRules }).notNull(),
    startedAt: instant("started_at").notNull(),
    dueAt: instant("due_at").notNull(),
    /** [{ from, until?, reason }] as ISO instants. */
    pauses: jsonb().$type<{ from: string; until?: string; reason: string }[]>().notNull().default([]),
    /** When the person was told, with reasons, that it takes longer: two months (GDPR 12(3)) or 45 days (CCPR 7021(b)) more. */
    extendedAt: instant("extended_at"),
    stoppedAt: instant("stopped_at"),
    /** When staff were told that it is near, and that it was missed. */
    nearToldAt: instant("near_told_at"),
    missedToldAt: instant("missed_told_at"),
  },
  (t) => [
    // One running clock per rule; those that were met or missed stay as evidence.
    uniqueIndex("case_clocks_running").on(t.caseId, t.rule).where(sql`stopped_at is null`),
    index("case_clocks_case").on(t.caseId),
    index("case_clocks_due").on(t.dueAt).where(sql`stopped_at is null`),
  ],
);

/** A subject's appeal against a refusal. An officer who did not decide the first time decides it; the database refuses the same one. */
export const caseAppeals = pgTable(
  "case_appeals",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    /** What is appealed: the decision, its ground, who made it and when. */
    decision: text({ enum: ["partly", "declined"] }).notNull(),
    ground: text(),
    decidedBy: uuid("decided_by").references(() => staff.id),
    decidedAt: instant("decided_at").notNull(),
    appealedAt: instant("appealed_at").notNull(),
    reviewedBy: uuid("reviewed_by").references(() => staff.id),
    reviewedAt: instant("reviewed_at"),
    /** `taken-up`: the refusal is off, and the request is open as it was before it. */
    outcome: text({ enum: ["upheld", "partly", "overturned", "taken-up"] }),
  },
  (t) => [
    uniqueIndex("case_appeals_open").on(t.caseId).where(sql`reviewed_at is null`),
    index("case_appeals_case").on(t.caseId, t.appealedAt),
    check("case_appeals_two_people", sql`${t.reviewedBy} is null or ${t.reviewedBy} is distinct from ${t.decidedBy}`),
    check("case_appeals_reviewed", sql`(${t.reviewedAt} is null) = (${t.outcome} is null)`),
  ],
);

/** The timeline: who did what, when. `detail` holds ids, names of fields and counts only. */
export const caseEvents = pgTable(
  "case_events",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    type: text().notNull(),
    actorKind: text("actor_kind").notNull(),
    staffId: uuid("staff_id").references(() => staff.id),
    detail: jsonb().$type<Record<string, string | number | boolean | null>>().notNull().default({}),
    /** Shown to the subject, or to staff only. */
    visibleToSubject: boolean("visible_to_subject").notNull().default(true),
    at: instant().notNull().default(sql`now()`),
  },
  (t) => [index("case_events_case").on(t.caseId, t.at)],
);

/** The thread. Bodies are sealed under the subject's key, or the master key without one (S32). */
export const caseMessages = pgTable(
  "case_messages",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    author: text({ enum: ["subject", "staff", "system"] }).notNull(),
    staffId: uuid("staff_id").references(() => staff.id),
    internal: boolean().notNull().default(false),
    body: bytes().notNull(),
    at: instant().notNull().default(sql`now()`),
  },
  (t) => [index("case_messages_case").on(t.caseId, t.at)],
);

/** A public form's content, sealed, until a job turns it into a case (S16). */
export const intakes = pgTable("intakes", {
  id: uuid().primaryKey(),
  kind: text({ enum: ["inquiry", "request"] }).notNull(),
  sealed: bytes(),
  reference: text().notNull().unique(),
  idempotencyKey: text("idempotency_key").unique(),
  /** Keyed hash of the content, to tell a repeated form from another one under the same key (R7). */
  bodyHash: text("body_hash"),
  receivedAt: instant("received_at").notNull().default(sql`now()`),
  processedAt: instant("processed_at"),
});

/** A deletion request's preview, grace period and end. The erasure engine takes it from here. */
export const deletions = pgTable(
  "deletions",
  {
    caseId: uuid("case_id")
      .primaryKey()
      .references(() => cases.id, { onDelete: "cascade" }),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    scope: text({ enum: ["person", "company"] })
      .notNull()
      .default("person"),
    /** What was shown before confirming: [{ collection, category, rows, action, ground, until }]. */
    preview: jsonb().notNull(),
    requestedAt: instant("requested_at").notNull().default(sql`now()`),
    graceEndsAt: instant("grace_ends_at").notNull(),
    /** SHA-256 of the token in the mail's one-click stop. */
    cancelTokenHash: text("cancel_token_hash").notNull().unique(),
    cancelledAt: instant("cancelled_at"),
    /** When the grace period ended and the case went onto the desk. */
    expiredAt: instant("expired_at"),
    /**
     * When staff decided it before the engine began: the engine leaves it alone from then on, also when a message opens the case
     * again, until staff take that back. Put in by a trigger; the database refuses to begin while it stands.
     */
    decidedAt: instant("decided_at"),
    /** Whose account it is, by the platform's ids when it was planned: a later sign-in may link the person to another one, or none. */
    platformUserId: text("platform_user_id"),
    platformCompanyId: text("platform_company_id"),
    /** When that was noted. With it and no account, the platform knew none; null for those from before, until the engine looks. */
    accountNotedAt: instant("account_noted_at"),
    /** When the engine first began to erase; from then on nobody can cancel. */
    begunAt: instant("begun_at"),
    /** When every system of the data map was done, but for what holds kept back. */
    carriedOutAt: instant("carried_out_at"),
    /** By what the person or company was known when the engine began, sealed under the master key; gone with `endedAt`. */
    identities: bytes(),
    /** Rises each time the engine begins anew, once a hold ended that kept something back. */
    pass: integer().notNull().default(1),
    /** When nothing was kept back any more: what was asked for is done. */
    endedAt: instant("ended_at"),
  },
  (t) => [
    // Those in their grace period, by its end.
    index("deletions_in_grace").on(t.graceEndsAt, t.caseId).where(sql`cancelled_at is null and expired_at is null`),
  ],
);

/** One erasure in one system of the data map: a transaction there, and what is known of it here (R9). */
export const erasureRuns = pgTable(
  "erasure_runs",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => deletions.caseId, { onDelete: "cascade" }),
    /** The system's name in the data map. */
    system: text().notNull(),
    /** The deletion's `pass` that it belongs to. */
    pass: integer().notNull().default(1),
    /** Counts up with each try; an older one that wakes up writes nothing (R3). */
    attempt: integer().notNull().default(1),
    startedAt: instant("started_at").notNull(),
    /** What went in batches before the rest: `{ deleted, before, transaction }`, where `before` counts if that one did not last. */
    progress: jsonb(),
    /** What the run does, per collection: counts only. Stored before it lasts there. */
    fates: jsonb(),
    /** The transaction's id in that system, by which a run that fell in between is asked whether it lasted. */
    transaction: text(),
    /** The holds and restrictions that kept rows back from it, by their ids; another pass takes those rows when one of them ends. Null: not known. */
    keptBy: text("kept_by").array(),
    finishedAt: instant("finished_at"),
    failedAt: instant("failed_at"),
    /** What has to be mended, one problem a line; names of tables and columns only (S31). */
    failure: text(),
  },
  (t) => [uniqueIndex("erasure_runs_pass").on(t.caseId, t.system, t.pass)],
);

/** The file a person downloads, and the run that writes it. */
export const packages = pgTable(
  "packages",
  {
    id: uuid().primaryKey(),
    caseId: uuid("case_id")
      .notNull()
      .references(() => cases.id, { onDelete: "cascade" }),
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id),
    scope: text({ enum: ["person", "company"] }).notNull(),
    /** Whose data it is, for scope `company`: only while its person owns just that company do they get it. */
    platformCompanyId: text("platform_company_id"),
    /** Data key of the file, wrapped under the person's key (S32). */
    wrappedKey: bytes("wrapped_key"),
    /** Rises with every attempt; a paused worker with an older one writes nothing (R3). */
    fence: integer().notNull().default(0),
    /** Set by S14 for a fresh address or device. */
    notBefore: instant("not_before"),
    requestedAt: instant("requested_at").notNull().default(sql`now()`),
    startedAt: instant("started_at"),
    /** Written whole, and kept back until staff looked at what it is (lib/exports/risks.ts). */
    heldAt: instant("held_at"),
    /** Why it is kept back: keys. */
    risks: text().array().notNull().default(sql`'{}'`),
    readyAt: instant("ready_at"),
    failedAt: instant("failed_at"),
    /** Name of the collection that could not be read, or of the fault such as `disk-full`. */
    failure: text(),
    stoppedAt: instant("stopped_at"),
    /** SHA-256 of the token in the mail's one-click stop; only while it waits (S14). */
    stopTokenHash: text("stop_token_hash").unique(),
    expiresAt: instant("expires_at"),
    removedAt: instant("removed_at"),
    collectionsTotal: integer("collections_total").notNull().default(0),
    rowsEstimated: bigint("rows_estimated", { mode: "number" }),
    bytes: bigint({ mode: "number" }),
    sha256: text(),
  },
  (t) => [index("packages_person").on(t.personId, t.requestedAt), index("packages_case").on(t.caseId)],
);

/** A part of a package: at most 2 GB of ZIP, encrypted (P2). */
export const packageParts = pgTable(
  "package_parts",
  {
    id: uuid().primaryKey(),
    packageId: uuid("package_id")
      .notNull()
      .references(() => packages.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    fileName: text("file_name").notNull(),
    bytes: bigint({ mode: "number" }).notNull(),
    sha256: text().notNull(),
  },
  (t) => [unique("package_parts_position").on(t.packageId, t.position)],
);

/** One row per collection while a package is written; the page shows it. */
export const packageProgress = pgTable(
  "package_progress",
  {
    packageId: uuid("package_id")
      .notNull()
      .references(() => packages.id, { onDelete: "cascade" }),
    system: text().notNull(),
    collection: text().notNull(),
    position: integer().notNull(),
    rows: bigint({ mode: "number" }).notNull().default(0),
    bytes: bigint({ mode: "number" }).notNull().default(0),
    doneAt: instant("done_at"),
  },
  (t) => [unique("package_progress_one").on(t.packageId, t.system, t.collection)],
);

export const packageDownloads = pgTable(
  "package_downloads",
  {
    id: uuid().primaryKey(),
    packageId: uuid("package_id")
      .notNull()
      .references(() => packages.id, { onDelete: "cascade" }),
    /** Which part. */
    position: integer().notNull().default(1),
    sessionId: uuid("session_id"),
    startedAt: instant("started_at").notNull().default(sql`now()`),
    /** When the last byte was handed over. */
    completedAt: instant("completed_at"),
    /** When the person was told by mail (P3): at the end, or once it was left unfinished. */
    toldAt: instant("told_at"),
  },
  (t) => [index("package_downloads_package").on(t.packageId, t.position)],
);
