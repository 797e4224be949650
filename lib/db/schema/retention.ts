import { sql } from "drizzle-orm";
import {
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
import { instant } from "../types";
import { staff } from "./people";

export const sweepKinds = ["sweep", "dry-run", "own"] as const;

/**
 * One pass over everything that has a retention rule. `sweep`: the systems of the data map; `dry-run`: what it would do;
 * `own`: the trust center's own tables.
 */
export const retentionSweeps = pgTable(
  "retention_sweeps",
  {
    id: uuid().primaryKey(),
    kind: text({ enum: sweepKinds }).notNull(),
    /** The instant at which everything in it is judged. */
    at: instant().notNull(),
    /** The policy version whose periods it kept; 0 before the first. */
    policyNumber: integer("policy_number").notNull(),
    /** Counts up with each try; an older one that wakes up writes nothing (R3). */
    attempt: integer().notNull().default(1),
    /** Last sign of life; one that fell silent is taken over. */
    activeAt: instant("active_at").notNull(),
    finishedAt: instant("finished_at"),
    failedAt: instant("failed_at"),
    /** What has to be mended, one problem a line; names of tables and columns only (S31). */
    failure: text(),
    requestedBy: uuid("requested_by").references(() => staff.id),
  },
  (t) => [
    uniqueIndex("retention_sweeps_one_open").on(t.kind).where(sql`kind = 'sweep' and finished_at is null`),
    index("retention_sweeps_at").on(t.kind, t.at),
    check("retention_sweep_kind", sql`${t.kind} in ('sweep', 'dry-run', 'own')`),
  ],
);

const rows = (name: string) => bigint(name, { mode: "number" }).notNull().default(0);

/** What a sweep did, or would do, in one collection. Rows that are due are deleted, emptied, held, waiting or left over. */
export const retentionRuns = pgTable(
  "retention_runs",
  {
    id: uuid().primaryKey(),
    sweepId: uuid("sweep_id")
      .notNull()
      .references(() => retentionSweeps.id, { onDelete: "cascade" }),
    system: text().notNull(),
    /** A class of the configuration, or one of the trust center's own rules. */
    rule: text().notNull(),
    collection: text().notNull(),
    /** Rows from then and before were due. */
    cutoff: instant(),
    /** Accounts whose time was over, for rules that count from an account's closing. */
    accounts: rows("accounts"),
    deleted: rows("deleted"),
    /** Rows of partitions that were dropped whole, as the database's statistics had them. */
    estimated: rows("estimated"),
    partitions: integer().notNull().default(0),
    /** Rows that lost everything but their keys, since something that stays points at them. */
    emptied: rows("emptied"),
    /** Links to deleted rows that were taken out of rows that stay. */
    cut: rows("cut"),
    held: rows("held"),
    /** Due, and pointed at by a row that is not: they go after that one. */
    waiting: rows("waiting"),
    /** How many of them wait for rows of which collection, see `WaitingFor`; null where none does. */
    waitingFor: jsonb("waiting_for").$type<Record<string, number>>(),
    /** Due and not deleted, such as rows that somebody had locked; the next sweep deletes them. */
    leftOver: rows("left_over"),
    /** The age of the oldest row that is still there. */
    oldest: instant(),
    /** Rows by age, from due to young: the first is overdue, then tenths of the period. */
    ages: jsonb().$type<number[]>(),
    /** Whether `ages` were projected from a sample. */
    sampled: boolean().notNull().default(false),
    /** Where it is, and what its last transaction there counts on, until it is known whether that lasted. */
    progress: jsonb(),
    milliseconds: integer().notNull().default(0),
    finishedAt: instant("finished_at"),
    failure: text(),
  },
  (t) => [
    unique("retention_runs_one").on(t.sweepId, t.system, t.rule, t.collection),
    index("retention_runs_rule").on(t.rule, t.finishedAt),
  ],
);

/** Accounts that were closed and swept, for as long as a trace of the account itself is left on the platform. */
export const retentionClosures = pgTable(
  "retention_closures",
  {
    scope: text({ enum: ["person", "company"] }).notNull(),
    /** Keyed hash of the platform's id. */
    subject: text().notNull(),
    /** Closed again, it counts anew. */
    closedAt: instant("closed_at").notNull(),
    /** The classes that were due and are done. */
    classes: text().array().notNull().default(sql`'{}'`),
    /** Not looked at again before; rows that had to stay may go then. */
    againAt: instant("again_at"),
    /** A transaction on the platform of which it is not yet known whether it lasted, and what it did. */
    pending: jsonb(),
  },
  (t) => [unique("retention_closures_one").on(t.scope, t.subject)],
);

/**
 * Accounts of the platform that a deletion or a sweep ends, so that whoever had them is forgotten here as well. Noted before the
 * first row goes: afterwards the platform does not say any more who worked in a company.
 */
export const endedAccounts = pgTable(
  "ended_accounts",
  {
    /** The case of the deletion, or the sweep's mark of the account, which names nobody. */
    endedBy: text("ended_by").notNull(),
    /** The platform's id. The row goes once nobody here has that account. */
    platformUserId: text("platform_user_id").notNull(),
    notedAt: instant("noted_at").notNull(),
    /** Null until it lasted. */
    endedAt: instant("ended_at"),
  },
  (t) => [
    unique("ended_accounts_one").on(t.endedBy, t.platformUserId),
    index("ended_accounts_user").on(t.platformUserId),
  ],
);

/** Rows planted to be deleted on time: whoever finds one after its time knows that the sweep does not work. */
export const retentionCanaries = pgTable(
  "retention_canaries",
  {
    id: uuid().primaryKey(),
    rule: text().notNull(),
    /** From when its age counts. */
    since: instant().notNull(),
    /** When it is due by the rule. */
    dueAt: instant("due_at").notNull(),
    plantedAt: instant("planted_at").notNull(),
  },
  (t) => [unique("retention_canaries_one").on(t.rule)],
);
