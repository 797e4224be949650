import { and, desc, eq, isNotNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { retentionRuns, retentionSweeps } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { ownSystem } from "../policy/kept-periods";
import { keptCases } from "./kept-now";
import { insertSweep } from "./ledger";
import { type OwnDue, type OwnRule, ownRules } from "./own-rules";

/** Hours after which a run is stored though it found nothing to do: that it looked is worth knowing. */
const storeHours = 20;

type Done = { rule: OwnRule; before: OwnDue; after: OwnDue; milliseconds: number };

/**
 * Job: removes from the trust center's own tables what is due, rule by rule, and records what that did. Safe to run twice: each
 * rule's own use case is.
 */
export async function sweepOwn(ctx: Ctx): Promise<void> {
  const back = await withTransaction(ctx, keptCases);
  const look = (rule: OwnRule) => withTransaction(ctx, (tx) => rule.due(tx, back));
  const before = new Map<OwnRule, OwnDue>();
  for (const rule of ownRules) before.set(rule, await look(rule));
  const done: Done[] = [];
  for (const rule of ownRules) {
    const start = performance.now();
    await rule.sweep?.(ctx, back);
    const after = await look(rule);
    const milliseconds = Math.round(performance.now() - start);
    done.push({ rule, before: before.get(rule) ?? after, after, milliseconds });
  }
  await withTransaction(ctx, (tx) => store(tx, done));
}

async function store(tx: Tx, done: readonly Done[]): Promise<void> {
  const [last] = await tx.db
    .select({ at: retentionSweeps.finishedAt })
    .from(retentionSweeps)
    .where(and(eq(retentionSweeps.kind, "own"), isNotNull(retentionSweeps.finishedAt)))
    .orderBy(desc(retentionSweeps.at))
    .limit(1);
  const isQuiet = done.every(({ before, after }) => before.due === 0 && after.due === 0);
  const isRecent = last?.at && Temporal.Instant.compare(last.at.add({ hours: storeHours }), tx.now) > 0;
  if (isQuiet && isRecent) return;
  const sweep = await insertSweep(tx, "own");
  if (!sweep) return;
  await tx.db.update(retentionSweeps).set({ finishedAt: tx.now }).where(eq(retentionSweeps.id, sweep.id));
  await tx.db.insert(retentionRuns).values(
    done.map(({ rule, before, after, milliseconds }) => ({
      ...{ id: newId(), sweepId: sweep.id, system: ownSystem, rule: rule.name, collection: rule.name, milliseconds },
      deleted: Math.max(0, before.due - after.due),
      held: after.held,
      waiting: after.waiting,
      leftOver: Math.max(0, after.due - after.held - after.waiting),
      oldest: after.oldest ? Temporal.Instant.from(after.oldest) : null,
      finishedAt: tx.now,
    })),
  );
}
