import { and, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { retentionRuns, retentionSweeps } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { refuseNewHold, type StandingHolds } from "../holds/kept-back";
import { newId } from "../ids";
import { inForceIn } from "../policy/queries";
import { type PolicyValues, valuesOf } from "../policy/values";

/** What became of the rows that were due in one collection. */
export type Totals = {
  accounts: number;
  deleted: number;
  estimated: number;
  partitions: number;
  emptied: number;
  cut: number;
  held: number;
  waiting: number;
  leftOver: number;
};

export const plus = (a: Totals, b: Partial<Totals>): Totals => {
  const sum = { ...a };
  for (const key of Object.keys(sum) as (keyof Totals)[]) sum[key] += b[key] ?? 0;
  return sum;
};

export const isSame = (a: Totals, b: Totals): boolean =>
  (Object.keys(a) as (keyof Totals)[]).every((key) => a[key] === b[key]);

/** One attempt at a sweep. What it writes counts only while no later attempt took over. */
export type Sweep = {
  id: string;
  attempt: number;
  /** The instant at which everything is judged: the trust center's database time, or the test's clock (R14). */
  at: Temporal.Instant;
  values: PolicyValues;
};

export type Run = typeof retentionRuns.$inferSelect;
/** A place in the tables of a collection, see `Range`: everything before it was seen to. */
export type Place = { relation: string; at: string };
/** Of the newest transaction on the platform: known to have lasted once the next one is noted. */
export type Progress = {
  transaction: string | null;
  place: Place | null;
  before: { totals: Totals; place: Place | null };
};

/** A sweep that gave no sign of life for so long is taken over. */
const silentSeconds = 120;
/** One that began longer ago is not gone on with: its instant is too old, and the next one's time has come. */
const resumeMinutes = config.sweep.everyHours * 50;

/** Begins a sweep, or goes on with one that fell. Null while another worker is at it. */
export async function beginSweep(ctx: Ctx): Promise<Sweep | null> {
  return withTransaction(ctx, async (tx) => {
    const [open] = await tx.db
      .select()
      .from(retentionSweeps)
      .where(and(eq(retentionSweeps.kind, "sweep"), isNull(retentionSweeps.finishedAt)))
      .for("update");
    if (!open) return insertSweep(tx, "sweep");
    const silent = Temporal.Instant.compare(open.activeAt.add({ seconds: silentSeconds }), tx.now) <= 0;
    if (!open.failedAt && !silent) return null;
    if (Temporal.Instant.compare(open.at.add({ minutes: resumeMinutes }), tx.now) <= 0) {
      const failure = open.failure ?? "It ended before it was done.";
      const ended = { finishedAt: tx.now, failedAt: open.failedAt ?? tx.now, failure };
      await tx.db.update(retentionSweeps).set(ended).where(eq(retentionSweeps.id, open.id));
      return insertSweep(tx, "sweep");
    }
    const attempt = open.attempt + 1;
    await tx.db
      .update(retentionSweeps)
      .set({ attempt, activeAt: tx.now, failedAt: null, failure: null })
      .where(eq(retentionSweeps.id, open.id));
    return { id: open.id, attempt, at: open.at, values: valuesOf(open.policyNumber) };
  });
}

/** @returns null when another one of this kind was begun at the same moment */
export async function insertSweep(
  tx: Tx,
  kind: (typeof retentionSweeps.$inferSelect)["kind"],
  more: { requestedBy?: string } = {},
): Promise<Sweep | null> {
  const policyNumber = (await inForceIn(tx))?.number ?? 0;
  const id = newId();
  const made = await tx.db
    .insert(retentionSweeps)
    .values({ id, kind, at: tx.now, policyNumber, activeAt: tx.now, ...more })
    .onConflictDoNothing()
    .returning({ id: retentionSweeps.id });
  return made.length === 0 ? null : { id, attempt: 1, at: tx.now, values: valuesOf(policyNumber) };
}

const mine = ({ id, attempt }: Sweep) => and(eq(retentionSweeps.id, id), eq(retentionSweeps.attempt, attempt));

/** Says that it lives. @throws when a later attempt took over (R3) */
export async function stillMine(tx: Tx, sweep: Sweep): Promise<void> {
  const { count } = await tx.db.update(retentionSweeps).set({ activeAt: tx.now }).where(mine(sweep));
  if (count === 0) throw new Error("another attempt at this sweep took over");
}

/**
 * Says so every 20 seconds while one statement on the platform takes long.
 * @param signal ends it: a sweep that was given up may hang, and would keep every later one waiting
 */
export function heartbeat(ctx: Ctx, sweep: Sweep, signal?: AbortSignal): () => void {
  const timer = setInterval(() => {
    withTransaction(ctx, (tx) => stillMine(tx, sweep)).catch(() => {});
  }, 20_000);
  timer.unref();
  const stop = () => clearInterval(timer);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  return stop;
}

export async function endSweep(ctx: Ctx, sweep: Sweep, failure: string | null): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await tx.db
      .update(retentionSweeps)
      .set(failure === null ? { finishedAt: tx.now } : { failedAt: tx.now, failure })
      .where(and(mine(sweep), isNull(retentionSweeps.finishedAt)));
  });
}

export type RunKey = Pick<Run, "system" | "rule" | "collection"> & { cutoff: Temporal.Instant | null };

/** The record of one collection in this sweep, made or found from an earlier attempt. */
export function openRun(ctx: Ctx, sweep: Sweep, key: RunKey): Promise<Run> {
  return withTransaction(ctx, async (tx) => {
    const { system, rule, collection } = key;
    await tx.db
      .insert(retentionRuns)
      .values({ id: newId(), sweepId: sweep.id, ...key })
      .onConflictDoNothing();
    const [run] = await tx.db
      .select()
      .from(retentionRuns)
      .where(
        and(
          eq(retentionRuns.sweepId, sweep.id),
          eq(retentionRuns.system, system),
          eq(retentionRuns.rule, rule),
          eq(retentionRuns.collection, collection),
        ),
      );
    if (!run) throw new Error("a run that was just stored is not there");
    return run;
  });
}

/** The records as they are by now. */
export const rereadRuns = <T extends { run: Run }>(ctx: Ctx, targets: readonly T[]): Promise<T[]> =>
  withTransaction(ctx, async (tx) => {
    const ids = targets.map(({ run }) => run.id);
    const runs = await tx.db.select().from(retentionRuns).where(inArray(retentionRuns.id, ids));
    return targets.map((target) => ({ ...target, run: runs.find(({ id }) => id === target.run.id) ?? target.run }));
  });

export const totalsOf = (run: Run): Totals => {
  const { accounts, deleted, estimated, partitions, emptied, cut, held, waiting, leftOver } = run;
  return { accounts, deleted, estimated, partitions, emptied, cut, held, waiting, leftOver };
};

/**
 * Writes down what a transaction on the platform is about to make lasting.
 * @param standing what kept rows back from it; null where nothing goes
 * @throws when another attempt took over; HeldMeanwhile when a hold was asked for since
 */
export async function noteRun(
  ctx: Ctx,
  sweep: Sweep,
  runId: string,
  totals: Totals,
  progress: Progress,
  standing: StandingHolds | null,
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await stillMine(tx, sweep);
    if (standing) await refuseNewHold(tx, standing);
    await tx.db
      .update(retentionRuns)
      .set({ ...totals, progress })
      .where(eq(retentionRuns.id, runId));
  });
}

export async function finishRun(
  ctx: Ctx,
  sweep: Sweep,
  runId: string,
  done: Partial<Totals> &
    Partial<Pick<Run, "oldest" | "ages" | "sampled" | "waitingFor" | "failure">> & { took: number },
): Promise<void> {
  const { took, ...values } = done;
  await withTransaction(ctx, async (tx) => {
    await stillMine(tx, sweep);
    const milliseconds = sql`${retentionRuns.milliseconds} + ${Math.round(took)}`;
    const finishedAt = values.failure ? null : tx.now;
    await tx.db
      .update(retentionRuns)
      .set({ ...values, milliseconds, finishedAt, failure: values.failure ?? null })
      .where(eq(retentionRuns.id, runId));
  });
}

/** Job: forgets what sweeps did longer ago than `config.sweep.records`; the newest of each kind stays. */
export async function clearSweepRecords(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const before = tx.now.toZonedDateTimeISO("UTC").subtract(config.sweep.records).toInstant();
    const newest = tx.db
      .selectDistinctOn([retentionSweeps.kind], { id: retentionSweeps.id })
      .from(retentionSweeps)
      .orderBy(retentionSweeps.kind, desc(retentionSweeps.at));
    await tx.db
      .delete(retentionSweeps)
      .where(
        and(
          sql`${retentionSweeps.at} < ${before.toString()}::timestamptz`,
          sql`${retentionSweeps.id} not in ${newest}`,
        ),
      );
  });
}
