import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { retentionRuns, retentionSweeps } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { log } from "../log";
import { ownSystem } from "../policy/kept-periods";
import { keptCases } from "./kept-now";
import { insertSweep } from "./ledger";
import { type OwnDue, type OwnRule, ownRules } from "./own-rules";

/** Hours after which a run is stored though it found nothing to do: that it looked is worth knowing. */
const storeHours = 20;

/** `failure`: what stopped it, by its code alone (S31). */
type Done = { rule: OwnRule; before: OwnDue; after: OwnDue; milliseconds: number; failure: string | null };

const unknown: OwnDue = { due: 0, held: 0, waiting: 0, oldest: null };

/**
 * Job: removes from the trust center's own tables what is due, rule by rule, and records what that did. Safe to run twice: each
 * rule's own use case is. A rule that cannot be done, such as while the storage does not answer, is recorded and stops no other.
 */
export async function sweepOwn(ctx: Ctx, rules: readonly OwnRule[] = ownRules): Promise<void> {
  const back = await withTransaction(ctx, keptCases);
  const failures = new Map<OwnRule, string>();
  const look = async (rule: OwnRule): Promise<OwnDue> => {
    const found = await attempt(rule, () => withTransaction(ctx, (tx) => rule.due(tx, back)));
    return found ?? unknown;
  };
  const attempt = async <T>(rule: OwnRule, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      log.error({ err: error, rule: rule.name }, "a rule of our own could not be done");
      failures.set(rule, codeOf(error));
      return null;
    }
  };
  const before = new Map<OwnRule, OwnDue>();
  for (const rule of rules) before.set(rule, await look(rule));
  const done: Done[] = [];
  for (const rule of rules) {
    const start = performance.now();
    await attempt(rule, async () => rule.sweep?.(ctx, back));
    const after = await look(rule);
    const milliseconds = Math.round(performance.now() - start);
    const failure = failures.get(rule);
    done.push({ rule, before: before.get(rule) ?? after, after, milliseconds, failure: failure ?? null });
  }
  await withTransaction(ctx, (tx) => store(tx, done));
}

/** Of what the driver or the queue wrapped the cause. */
function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  if (code === undefined && cause) return codeOf(cause);
  return String(code ?? name ?? "error");
}

async function store(tx: Tx, done: readonly Done[]): Promise<void> {
  const [last] = await tx.db
    .select({
      at: retentionSweeps.finishedAt,
      // That it is mended is worth knowing too.
      failed: sql<boolean>`exists (select 1 from retention_runs r where r.sweep_id = retention_sweeps.id and r.failure is not null)`,
    })
    .from(retentionSweeps)
    .where(and(eq(retentionSweeps.kind, "own"), isNotNull(retentionSweeps.finishedAt)))
    .orderBy(desc(retentionSweeps.at))
    .limit(1);
  const isQuiet = done.every(({ before, after, failure }) => before.due === 0 && after.due === 0 && !failure);
  const isRecent = last?.at && Temporal.Instant.compare(last.at.add({ hours: storeHours }), tx.now) > 0;
  if (isQuiet && isRecent && !last.failed) return;
  const sweep = await insertSweep(tx, "own");
  if (!sweep) return;
  await tx.db.update(retentionSweeps).set({ finishedAt: tx.now }).where(eq(retentionSweeps.id, sweep.id));
  await tx.db.insert(retentionRuns).values(
    done.map(({ rule, before, after, milliseconds, failure }) => ({
      ...{ id: newId(), sweepId: sweep.id, system: ownSystem, rule: rule.name, collection: rule.name, milliseconds },
      deleted: failure ? 0 : Math.max(0, before.due - after.due),
      held: after.held,
      waiting: after.waiting,
      leftOver: Math.max(0, after.due - after.held - after.waiting),
      oldest: after.oldest ? Temporal.Instant.from(after.oldest) : null,
      finishedAt: failure ? null : tx.now,
      failure: failure && `It could not be done (${failure}).`,
    })),
  );
}
