import { and, asc, eq, isNull, lte } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import { deletions } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { canErase } from "../erasure/erase-subject";
import { enqueue } from "../jobs/queue";
import { changeCase, lockCase } from "./change-case";
import { recordEvent } from "./record-event";

/** What staff decided in the meantime is not due: it is once they take that back. */
const due = (now: Temporal.Instant) =>
  and(
    ...[isNull(deletions.expiredAt), isNull(deletions.cancelledAt), isNull(deletions.decidedAt)],
    lte(deletions.graceEndsAt, now),
  );

/**
 * Ends the grace period of every deletion that is due: the case goes onto the desk, and the engine erases when nothing
 * has to be settled first and it may write in every system; otherwise staff do. Each case is taken under its
 * lock and looked at again, so that running twice, or beside a cancel, has the effect of once (R2).
 * @throws the first of what went wrong, once all others are done
 */
export async function expireDeletions(ctx: Ctx): Promise<{ expired: number }> {
  const found = await withRead(ctx, (tx) =>
    tx.db
      .select({ caseId: deletions.caseId })
      .from(deletions)
      .where(due(tx.now))
      .orderBy(asc(deletions.graceEndsAt))
      .limit(1000),
  );
  let expired = 0;
  const failures: unknown[] = [];
  for (const { caseId } of found) expired += await expire(ctx, caseId).catch((error) => failures.push(error) && 0);
  if (failures.length > 0) throw failures[0];
  return { expired };
}

const expire = (ctx: Ctx, caseId: string): Promise<number> =>
  withTransaction(ctx, async (tx) => {
    const row = await lockCase(tx, caseId);
    const changed = await tx.db
      .update(deletions)
      .set({ expiredAt: tx.now })
      .where(and(eq(deletions.caseId, caseId), due(tx.now)));
    if (!row || changed.count === 0) return 0;
    await changeCase(tx, caseId, {});
    await recordEvent(tx, { caseId, type: "deletion.grace-ended" });
    await recordAudit(tx, { action: "deletion.grace-ended", object: { type: "case", id: caseId } });
    if (canErase(dataMap())) await enqueue(tx, "deletion.carry-out", { caseId });
    return 1;
  });
