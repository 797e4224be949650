import { eq, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import type { DataMap } from "../data-map/types";
import { retentionRuns } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { ErasurePutOff } from "../erasure/one-at-a-time";
import { enqueue } from "../jobs/queue";
import { sweepCanaries } from "./canary";
import { closeAccounts } from "./close-accounts";
import { keptNow } from "./kept-now";
import { beginSweep, endSweep, heartbeat, type Sweep } from "./ledger";
import { rulesOf } from "./rules";
import { type SweepOptions, sweepSystem } from "./sweep-system";

/** What has to be mended before a sweep can end whole; each line is a problem in names of tables alone (S31). */
export class SweepRefused extends Error {
  override name = "SweepRefused";
}

type Options = Partial<Pick<SweepOptions, "signal" | "watch" | "zone">> & {
  map?: DataMap;
  /** Told by which id it is recorded, however it ends. */
  begun?: (sweepId: string) => void;
};

/**
 * Job: deletes on every system of the data map what is due by the policy in force: rows by their own age, then closed accounts. It
 * may run twice, by two workers at once, and end at any point: the next goes on where it was.
 * @returns null when another worker is at it
 * @throws SweepRefused when something could not be done; everything else was. ErasurePutOff when an erasure was in the way of accounts
 *   that are to end
 */
export async function runSweep(ctx: Ctx, options: Options = {}): Promise<{ sweepId: string } | null> {
  const sweep = await beginSweep(ctx);
  if (!sweep) return null;
  options.begun?.(sweep.id);
  const stop = heartbeat(ctx, sweep, options.signal);
  try {
    const problems = await sweepAll(ctx, sweep, options);
    if (problems.length > 0) throw new SweepRefused([...new Set(problems)].join("\n"));
    await recordSweep(ctx, sweep);
    await endSweep(ctx, sweep, null);
    return { sweepId: sweep.id };
  } catch (error) {
    const isSaid = error instanceof SweepRefused || error instanceof ErasurePutOff;
    const failure = isSaid ? error.message : `It ended early (${nameOf(error)}).`;
    await endSweep(ctx, sweep, failure);
    throw error;
  } finally {
    stop();
  }
}

/** Minutes after which a sweep that another worker was at is looked at again: that worker may have been killed. */
const lookAgain = 5;

/** Job: {@link runSweep}; while another worker is at it, or seems to be, or an erasure is in the way, it is gone on with a little later. */
export async function sweepOrWait(ctx: Ctx, options: Options = {}): Promise<void> {
  try {
    if (await runSweep(ctx, options)) return;
  } catch (error) {
    if (!(error instanceof ErasurePutOff)) throw error;
  }
  await withTransaction(ctx, (tx) =>
    enqueue(tx, "retention.sweep", {}, { startAfter: tx.now.add({ minutes: lookAgain }), singletonKey: "again" }),
  );
}

async function sweepAll(ctx: Ctx, sweep: Sweep, options: Options): Promise<string[]> {
  const { map = dataMap(), zone = config.clocks.zone } = options;
  const sweeping: SweepOptions = {
    ...{ zone, rules: rulesOf(sweep.values), kept: keptNow(ctx) },
    ...{ signal: options.signal, watch: options.watch ?? true },
  };
  const problems: string[] = [];
  for (const system of map.systems) problems.push(...(await sweepSystem(ctx, sweep, system, sweeping)));
  problems.push(...(await closeAccounts(ctx, sweep, map, sweeping)));
  await sweepCanaries(ctx, sweep, sweeping);
  return problems;
}

async function recordSweep(ctx: Ctx, sweep: Sweep): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [sum] = await tx.db
      .select({
        deleted: sql<number>`coalesce(sum(${retentionRuns.deleted} + ${retentionRuns.estimated}), 0)::float8`,
        emptied: sql<number>`coalesce(sum(${retentionRuns.emptied}), 0)::float8`,
        held: sql<number>`coalesce(sum(${retentionRuns.held}), 0)::float8`,
        waiting: sql<number>`coalesce(sum(${retentionRuns.waiting}), 0)::float8`,
      })
      .from(retentionRuns)
      .where(eq(retentionRuns.sweepId, sweep.id));
    await recordAudit(tx, {
      action: "retention.swept",
      object: { type: "retention_sweep", id: sweep.id },
      payload: { ...(sum ?? {}) },
    });
  });
}

const nameOf = (error: unknown): string =>
  String((error as { code?: unknown }).code ?? (error instanceof Error ? error.name : "error"));
