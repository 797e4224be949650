import { eq, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { noticeBatches, notices } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { log } from "../log";
import type { Outcome } from "../mail/transport";
import { lockNotice } from "./claim-batch";

/** The wait after the nth unknown outcome in a row: 1 s, 4 s, 16 s, then the notice rests for five minutes. */
const unknownWaitMs = (unknowns: number): number => (unknowns > 3 ? 300_000 : 1000 * 4 ** (unknowns - 1));

/**
 * Writes down what became of a batch, if this run still holds the notice (R3).
 * @returns milliseconds before the next call; null when the run should end
 */
export function recordOutcome(
  ctx: Ctx,
  held: { noticeId: string; fence: number; batchId: string },
  outcome: Outcome,
  unknowns: number,
): Promise<number | null> {
  return withTransaction(ctx, async (tx) => {
    const notice = await lockNotice(tx, held.noticeId, held.fence);
    if (!notice) return null;
    if (outcome.kind === "accepted") {
      await markSent(tx, held.batchId, outcome.ids, outcome.delivered);
      return rest(tx, held.noticeId, outcome.pace.waitMs);
    }
    const { why } = outcome;
    log.warn({ noticeId: held.noticeId, batchId: held.batchId, outcome: outcome.kind, why }, "batch not taken");
    await tx.db.update(noticeBatches).set({ failure: why }).where(eq(noticeBatches.id, held.batchId));
    if (outcome.kind === "later") return rest(tx, held.noticeId, outcome.waitMs);
    if (outcome.kind === "unknown") return rest(tx, held.noticeId, unknownWaitMs(unknowns));
    return refused(tx, held, why);
  });
}

async function rest(tx: Tx, noticeId: string, waitMs: number): Promise<number> {
  if (waitMs > 60_000) {
    await tx.db
      .update(notices)
      .set({ restUntil: tx.now.add({ milliseconds: Math.round(waitMs) }) })
      .where(eq(notices.id, noticeId));
  }
  return waitMs;
}

/** Nothing was sent, and trying again by itself is useless: the batch itself, a key or a domain that an officer must look at. */
async function refused(tx: Tx, held: { noticeId: string; batchId: string }, why: string): Promise<null> {
  // The key was once used with other bytes: whether those went out nobody here can tell.
  if (why === "invalid_idempotent_request") {
    await tx.db.update(noticeBatches).set({ failedAt: tx.now }).where(eq(noticeBatches.id, held.batchId));
    return null;
  }
  await tx.db.update(notices).set({ pausedAt: tx.now, pauseReason: "refused" }).where(eq(notices.id, held.noticeId));
  await recordAudit(tx, {
    action: "notice.stopped-itself",
    object: { type: "notice", id: held.noticeId },
    payload: { reason: "refused", why },
  });
  return null;
}

/**
 * The service took the batch: each recipient gets its id. One whose event came earlier keeps the state
 * that the event gave; one that the service refused is failed with that word.
 */
async function markSent(tx: Tx, batchId: string, ids: (string | null)[], delivered: boolean): Promise<void> {
  const rows = ids.map((id, i) => ({ i, id }));
  const at = timestamptz(tx.now);
  await tx.db.execute(sql`
    with gone as (update notice_batches set sent_at = ${at}, failure = null, body = null where id = ${batchId})
    update notice_recipients r set
      provider_id = coalesce(r.provider_id, u.id),
      state = case when r.state <> 'queued' then r.state when u.id is null then 'failed' else 'sent' end,
      sent_at = case when u.id is null then r.sent_at else coalesce(r.sent_at, ${at}) end,
      failed_at = case when u.id is null and r.state = 'queued' then ${at} else r.failed_at end,
      failure = case when u.id is null and r.state = 'queued' then 'refused' else r.failure end
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as u(i int, id text)
    where r.batch_id = ${batchId} and r.batch_index = u.i`);
  if (delivered) {
    // A mail in the local mailbox is delivered; it leaves the same evidence that a webhook would.
    await tx.db.execute(sql`
      insert into notice_events (recipient_id, type, attempt, occurred_at, received_at, webhook_id)
      select id, 'email.delivered', attempt, ${at}, ${at},
             'local/' || id || case when attempt > 1 then '/' || attempt else '' end
      from notice_recipients where batch_id = ${batchId} and state = 'sent'
      on conflict do nothing`);
    await tx.db.execute(sql`
      update notice_recipients set state = 'delivered', delivered_at = ${at}
      where batch_id = ${batchId} and state = 'sent'`);
  }
}
