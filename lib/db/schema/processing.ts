import { sql } from "drizzle-orm";
import { bigint, check, date, foreignKey, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "../types";
import { cases } from "./cases";
import { people, staff } from "./people";

/** The six uses of the policy (`use.*`), and what the platform names when it asks. */
export const purposes = [
  "service-delivery",
  "account-management",
  "communication",
  "improvement",
  "security",
  "legal-compliance",
] as const;

/** Which of GDPR 18(1)(a) to (d) a restriction rests on. */
export const restrictionBases = ["accuracy", "unlawful", "claims", "objection"] as const;
/** GDPR 18(2): on what a use goes on although it is restricted. */
export const exceptionGrounds = ["consent", "legal-claims", "protection-of-others"] as const;

/**
 * What a person said about the use of their data: an objection (GDPR 21), a restriction (18), or an exception from a restriction
 * (18(2)). It stands from `inEffectFrom` until `endedAt`. What was asked for never changes; its life is in the times, and each
 * change of it writes a row of `processing_changes` by a trigger.
 */
export const processingRecords = pgTable(
  "processing_records",
  {
    id: uuid().primaryKey(),
    kind: text({ enum: ["objection", "restriction", "exception"] }).notNull(),
    personId: uuid("person_id").notNull(),
    /**
     * The platform's id of the account it is about, put in by a trigger: the person's when they said it, or the first that they
     * get after that. It stays with that account when the platform gives their address to another one.
     */
    subject: text(),
    /** The request it came with; null for a browser's signal and for the person's own exceptions. */
    caseId: uuid("case_id"),
    /** Null: every use. */
    purpose: text({ enum: purposes }),
    /** A system of the data map; null: everywhere. */
    system: text(),
    /** Said here, by the browser (Global Privacy Control), or written down by staff. */
    source: text({ enum: ["person", "gpc", "staff"] }).notNull(),
    basis: text({ enum: restrictionBases }),
    exceptionGround: text("exception_ground", { enum: exceptionGrounds }),
    askedAt: instant("asked_at").notNull(),
    inEffectFrom: instant("in_effect_from").notNull(),
    /** Staff weighed it. Null for what needs no weighing. */
    decidedAt: instant("decided_at"),
    decidedBy: uuid("decided_by"),
    decision: text({ enum: ["upheld", "rejected"] }),
    /** Key of the ground it was rejected on (L2). */
    decisionGround: text("decision_ground"),
    /** The person was told that it ends, why and when (GDPR 18(3), L7). */
    liftAnnouncedAt: instant("lift_announced_at"),
    liftAnnouncedBy: uuid("lift_announced_by"),
    liftGround: text("lift_ground"),
    liftsAt: instant("lifts_at"),
    /** Staff took the announcement back: it stands on. */
    liftKeptAt: instant("lift_kept_at"),
    endedAt: instant("ended_at"),
    endedHow: text("ended_how", { enum: ["taken-back", "lifted", "with-restriction"] }),
  },
  (t) => [
    foreignKey({ name: "processing_records_person", columns: [t.personId], foreignColumns: [people.id] }).onDelete(
      "cascade",
    ),
    foreignKey({ name: "processing_records_case", columns: [t.caseId], foreignColumns: [cases.id] }).onDelete(
      "set null",
    ),
    foreignKey({ name: "processing_records_decided_by", columns: [t.decidedBy], foreignColumns: [staff.id] }),
    foreignKey({ name: "processing_records_lift_by", columns: [t.liftAnnouncedBy], foreignColumns: [staff.id] }),
    // The same thing stands once; a second click finds the first.
    uniqueIndex("processing_records_standing")
      .on(
        ...([t.personId, t.kind, sql`(coalesce(${t.purpose}, ''))`, sql`(coalesce(${t.system}, ''))`] as const),
        sql`(coalesce(${t.subject}, ''))`,
        // On another ground it is another thing: a claim keeps what a disputed value does not.
        sql`(coalesce(${t.basis}, ${t.exceptionGround}, ''))`,
      )
      .where(sql`ended_at is null`),
    // A signal counts once: taken back, it is not given again.
    uniqueIndex("processing_records_signal")
      .on(t.personId, sql`(coalesce(${t.subject}, ''))`)
      .where(sql`source = 'gpc'`),
    index("processing_records_subject").on(t.subject),
    index("processing_records_case_id").on(t.caseId),
    index("processing_records_lifts").on(t.liftsAt).where(sql`ended_at is null and lifts_at is not null`),
    index("processing_records_ended").on(t.endedAt).where(sql`ended_at is not null`),
    index("processing_records_kept").on(t.personId).where(sql`ended_at is null and basis in ('unlawful', 'claims')`),
    check("processing_records_kind", sql`${t.kind} in ('objection', 'restriction', 'exception')`),
    // Nobody objects to what protects accounts or what the law orders (GDPR 21(1), 6(1)(c)).
    check(
      "processing_records_objection",
      sql`${t.kind} <> 'objection' or (${t.purpose} is not null and ${t.purpose} not in ('security', 'legal-compliance'))`,
    ),
    check("processing_records_basis", sql`(${t.kind} = 'restriction') = (${t.basis} is not null)`),
    check("processing_records_exception", sql`(${t.kind} = 'exception') = (${t.exceptionGround} is not null)`),
    check(
      "processing_records_decided",
      sql`(${t.decidedAt} is null) = (${t.decision} is null) and (${t.decidedAt} is null) = (${t.decidedBy} is null)
          and (${t.decision} is distinct from 'rejected' or ${t.decisionGround} is not null)`,
    ),
    // Never lifted without having been told first.
    check(
      "processing_records_lift",
      sql`(${t.liftsAt} is null) = (${t.liftAnnouncedAt} is null) and (${t.liftsAt} is null) = (${t.liftGround} is null)
          and (${t.endedHow} is distinct from 'lifted' or (${t.liftsAt} is not null and ${t.endedAt} >= ${t.liftsAt}))`,
    ),
    // What stops unconditionally is neither weighed away nor lifted (GDPR 21(3) by the policy's own promise).
    check(
      "processing_records_unconditional",
      sql`not (${t.kind} = 'objection' and ${t.purpose} = 'improvement') or (${t.decision} is distinct from 'rejected' and ${t.liftsAt} is null)`,
    ),
    check("processing_records_ended_how", sql`(${t.endedAt} is null) = (${t.endedHow} is null)`),
  ],
);

/** Everything that happened to a record, numbered in the order of the commits: its history, and the platform's feed. */
export const processingChanges = pgTable(
  "processing_changes",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    recordId: uuid("record_id").notNull(),
    personId: uuid("person_id").notNull(),
    /** `known`: who had said it before they had an account on the platform got one. */
    what: text({ enum: ["asked", "known", "decided", "lift-announced", "lift-kept", "ended"] }).notNull(),
    at: instant().notNull(),
  },
  (t) => [
    foreignKey({
      name: "processing_changes_record",
      columns: [t.recordId],
      foreignColumns: [processingRecords.id],
    }).onDelete("cascade"),
    index("processing_changes_record_id").on(t.recordId),
    index("processing_changes_person").on(t.personId, t.at),
  ],
);

/** How often the platform was told no, per account, use and day (UTC). */
export const processingRefusals = pgTable(
  "processing_refusals",
  {
    /** Who said what stopped it, the earliest of several. */
    personId: uuid("person_id").notNull(),
    /** The platform's id that was asked about. */
    subject: text().notNull().default(""),
    purpose: text({ enum: purposes }).notNull(),
    day: date().notNull(),
    count: integer().notNull(),
    lastAt: instant("last_at").notNull(),
  },
  (t) => [
    uniqueIndex("processing_refusals_one").on(t.personId, t.subject, t.purpose, t.day),
    index("processing_refusals_subject").on(t.subject),
    foreignKey({ name: "processing_refusals_person", columns: [t.personId], foreignColumns: [people.id] }).onDelete(
      "cascade",
    ),
    index("processing_refusals_day").on(t.day),
  ],
);
