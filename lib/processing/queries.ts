import { asc, eq, sql } from "drizzle-orm";
import { iso } from "../cases/case-view";
import { caseReader, holderOf } from "../cases/permit";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import { cases, processingRecords, processingRefusals } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { systemLabel } from "./extent";
import { mayProcess, type ProcessingReason } from "./may-process";
import { type Purpose, purposes } from "./purposes";
import { aboutPerson } from "./standing";
import type { ExceptionGround, RestrictionBasis } from "./words";

/** A record in plain values, for pages. */
export type RecordView = {
  id: string;
  kind: "objection" | "restriction" | "exception";
  purpose: Purpose | null;
  /** The system's label; null: everywhere. */
  system: string | null;
  source: "person" | "gpc" | "staff";
  basis: RestrictionBasis | null;
  exceptionGround: ExceptionGround | null;
  inEffectFrom: string;
  decision: "upheld" | "rejected" | null;
  decidedAt: string | null;
  /** Key of why it ends, while that is announced. */
  liftGround: string | null;
  liftsAt: string | null;
  endedAt: string | null;
  endedHow: "taken-back" | "lifted" | "with-restriction" | null;
  /** Of the request it came with; null for a signal. */
  reference: string | null;
};

export type UseView = {
  purpose: Purpose;
  allowed: boolean;
  reason: ProcessingReason;
  since: string | null;
  /** What stands for this use alone; what stands for all uses is with `everyUse`. */
  records: RecordView[];
  /** How often the platform was told no in the last 30 days. */
  refusals: number;
};

export type Uses = {
  uses: UseView[];
  /** Restrictions of every use. */
  everyUse: RecordView[];
  systems: { name: string; label: string }[];
};

/** The six uses of the signed-in person's data: what runs now, what stopped and why; null when nobody is signed in. */
export async function myUses(ctx: Ctx): Promise<Uses | null> {
  const holder = holderOf(ctx);
  if (!holder) return null;
  return withRead(ctx, async (tx) => {
    const all = await recordsWhere(tx, sql`${aboutPerson(holder.personId)} and ${processingRecords.endedAt} is null`);
    const refused = await tx.db
      .select({ purpose: processingRefusals.purpose, count: sql<number>`sum(${processingRefusals.count})::int` })
      .from(processingRefusals)
      .where(
        sql`${aboutPerson(holder.personId, processingRefusals)} and ${processingRefusals.day} > (${tx.now.toString()}::timestamptz at time zone 'UTC')::date - 30`,
      )
      .groupBy(processingRefusals.purpose);
    const limits = all.map(({ row }) => row);
    const views = all.map(({ view }) => view);
    return {
      uses: purposes.map((purpose) => {
        // In one system only is not stopped: its own line says where.
        const everywhere = limits.filter(({ system }) => system === null);
        const answer = mayProcess(everywhere, purpose, null, tx.now);
        return {
          purpose,
          ...answer,
          since: iso(answer.since),
          records: views.filter((one) => one.purpose === purpose),
          refusals: refused.find((one) => one.purpose === purpose)?.count ?? 0,
        };
      }),
      everyUse: views.filter((one) => one.purpose === null),
      systems: dataMap().systems.map(({ name, label }) => ({ name, label })),
    };
  });
}

/** What a case asked to stop, for its page on the desk, ended or not. */
export async function recordsOfCase(ctx: Ctx, caseId: string): Promise<RecordView[]> {
  if (!caseReader(ctx)) return [];
  return withRead(ctx, async (tx) => {
    const all = await recordsWhere(tx, eq(processingRecords.caseId, caseId));
    return all.map(({ view }) => view);
  });
}

/** Whether staff have to weigh it before its case can be decided. */
export const isToBeWeighed = ({ kind, purpose, decision, endedAt }: RecordView): boolean =>
  (kind === "restriction" || (kind === "objection" && purpose !== "improvement")) && !decision && !endedAt;

async function recordsWhere(tx: Tx, condition: ReturnType<typeof sql>) {
  const rows = await tx.db
    .select({ row: processingRecords, reference: cases.reference })
    .from(processingRecords)
    .leftJoin(cases, eq(cases.id, processingRecords.caseId))
    .where(condition)
    .orderBy(asc(processingRecords.askedAt), asc(processingRecords.id));
  return rows.map(({ row, reference }) => ({ row, view: viewOf(row, reference) }));
}

function viewOf(row: typeof processingRecords.$inferSelect, reference: string | null): RecordView {
  const { id, kind, purpose, source, basis, exceptionGround, decision, liftGround, endedHow } = row;
  return {
    ...{ id, kind, purpose, source, basis, exceptionGround, decision, liftGround, endedHow, reference },
    system: row.system === null ? null : (systemLabel(row.system) ?? row.system),
    inEffectFrom: row.inEffectFrom.toString(),
    decidedAt: iso(row.decidedAt),
    liftsAt: iso(row.liftsAt),
    endedAt: iso(row.endedAt),
  };
}
