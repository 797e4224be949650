import { and, eq, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { findClient } from "../data-map/find-clients";
import { homeSystem } from "../data-map/load";
import { clientErasures, people } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { ErasureRefused } from "../erasure/catalog";
import { eraserUrl } from "../erasure/eraser-url";
import { type Fate, sumOf } from "../erasure/execute";
import { eraseInSystem, hasLasted } from "../erasure/run-system";
import { stoppedBy } from "../erasure/stopped-by";
import { faultPoint } from "../faults";
import { keptBack, refuseNewHold } from "../holds/kept-back";
import { queueMail } from "../mail/queue-mail";
import { clientOrder } from "./client-order";

type Run = typeof clientErasures.$inferSelect;

/**
 * Job: erases one client of a company on the platform, in one transaction there. What is about to last is noted here before, so
 * that a run that fell in between is neither done twice nor forgotten (R2).
 * @throws what stopped it, for the queue to try again: nothing was changed
 */
export async function eraseClient(ctx: Ctx, { erasureId }: { erasureId: string }): Promise<void> {
  const begun = await withTransaction(ctx, async (tx) => {
    const [run] = await tx.db
      .update(clientErasures)
      .set({ attempt: sql`${clientErasures.attempt} + 1`, failedAt: null, failure: null })
      .where(and(eq(clientErasures.id, erasureId), isNull(clientErasures.finishedAt)))
      .returning();
    return run ? { run, at: tx.now, kept: await keptBack(tx, "erasure") } : null;
  });
  if (!begun) return;
  const { run, kept, at } = begun;
  const mine = and(eq(clientErasures.id, run.id), eq(clientErasures.attempt, run.attempt));
  try {
    const home = homeSystem();
    const [order, url] = [clientOrder(home, run, kept), eraserUrl(home)];
    if (!order || !url) throw new ErasureRefused(`${home.name}: no login that erases is set`);
    const lasted = run.transaction !== null && (await hasLasted(url, run.transaction));
    if (!lasted) {
      // Whose client it is, is asked of the platform again. One that the company removed meanwhile leaves nothing to do.
      const known = await findClient(run.companyId, run.clientId);
      const fates = known
        ? (await eraseInSystem(url, order, (outcome) => prepare(ctx, { mine, at }, outcome))).fates
        : ([] as Fate[]);
      if (!known) await prepare(ctx, { mine, at }, { fates, transaction: null });
      await faultPoint("client.lasting");
    }
    await withTransaction(ctx, (tx) => finish(tx, run));
  } catch (error) {
    const failure = stoppedBy(error);
    await withTransaction(ctx, async (tx) => {
      await tx.db
        .update(clientErasures)
        .set({ failedAt: tx.now, failure })
        .where(and(mine, isNull(clientErasures.finishedAt)));
    });
    throw new Error(failure);
  }
}

async function prepare(
  ctx: Ctx,
  { mine, at }: { mine: ReturnType<typeof and>; at: Temporal.Instant },
  { fates, transaction }: { fates: Fate[]; transaction: string | null },
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await refuseNewHold(tx, at);
    const { count } = await tx.db.update(clientErasures).set({ fates, transaction }).where(mine);
    if (count === 0) throw new Error("another attempt at this erasure took over");
  });
  await faultPoint("client.prepared");
}

async function finish(tx: Tx, { id, companyId }: Run): Promise<void> {
  const [run] = await tx.db
    .update(clientErasures)
    .set({ finishedAt: tx.now })
    .where(and(eq(clientErasures.id, id), isNull(clientErasures.finishedAt)))
    .returning();
  if (!run) return;
  const sums = sumOf((run.fates ?? []) as Fate[]);
  await recordAudit(tx, {
    action: "client.erased",
    object: { type: "client-erasure", id },
    payload: { company: companyId, ...sums },
  });
  const [owner] = run.orderedBy ? await tx.db.select().from(people).where(eq(people.id, run.orderedBy)) : [];
  if (owner && !owner.erasedAt)
    await queueMail(tx, {
      ...{ template: "client-erased", to: owner.email, personId: owner.id, kind: "security" },
      props: { deleted: sums.deleted, emptied: sums.anonymised + sums.reduced, held: sums.held },
      idempotencyKey: `client-erased-${id}`,
    });
}
