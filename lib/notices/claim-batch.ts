import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { noticeBatches, noticeRecipients, notices, policyVersions } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { env } from "../env";
import { log } from "../log";
import { keyHours } from "../mail/transport";

export type Notice = typeof notices.$inferSelect;
export type ClaimedBatch = typeof noticeBatches.$inferSelect & { body: Buffer };

/** The notice, locked, when it may be delivered by whoever holds `fence`; otherwise null. */
export async function lockNotice(tx: Tx, noticeId: string, fence?: number): Promise<Notice | null> {
  const [notice] = await tx.db.select().from(notices).where(eq(notices.id, noticeId)).for("no key update");
  if (!notice || (fence !== undefined && notice.fence !== fence)) return null;
  return notice;
}

/** Nobody is told of a version that was withdrawn in the meantime. */
async function isWithdrawn(tx: Tx, notice: Notice): Promise<boolean> {
  const [version] = await tx.db
    .select({ withdrawnAt: policyVersions.withdrawnAt })
    .from(policyVersions)
    .where(eq(policyVersions.id, notice.versionId));
  return Boolean(version?.withdrawnAt);
}

/** Takes over the delivery: the number every later write of this run must still hold. Null when there is nothing to do. */
export function takeFence(ctx: Ctx, noticeId: string): Promise<number | null> {
  return withTransaction(ctx, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    if (!notice?.startedAt || notice.pausedAt || notice.stoppedAt || notice.completedAt) return null;
    await tx.db
      .update(notices)
      .set({ fence: notice.fence + 1, activeAt: tx.now })
      .where(eq(notices.id, noticeId));
    return notice.fence + 1;
  });
}

/**
 * The next batch to hand over, its attempt noted before the call. Null when the run should end: overtaken,
 * paused, resting, stopped itself, or nothing left.
 */
export function claimBatch(ctx: Ctx, noticeId: string, fence: number): Promise<ClaimedBatch | null> {
  return withTransaction(ctx, async (tx) => {
    const notice = await lockNotice(tx, noticeId, fence);
    if (!notice || notice.pausedAt || notice.stoppedAt || notice.completedAt) return null;
    if (await isWithdrawn(tx, notice)) return null;
    if (notice.restUntil && Temporal.Instant.compare(notice.restUntil, tx.now) > 0) return null;
    const set = (values: Partial<Notice>) => tx.db.update(notices).set(values).where(eq(notices.id, noticeId));
    const counts = await countsOf(tx, noticeId);
    const over = overBound(notice, counts);
    if (over) {
      await set({ pausedAt: tx.now, pauseReason: over });
      await recordAudit(tx, {
        action: "notice.stopped-itself",
        object: { type: "notice", id: noticeId },
        payload: { reason: over, ...counts },
      });
      log.error({ noticeId, reason: over, ...counts }, "mailing stopped itself");
      return null;
    }
    if (await restsForCanary(tx, notice, counts, set)) return null;
    for (;;) {
      const [batch] = await tx.db
        .select()
        .from(noticeBatches)
        .where(and(eq(noticeBatches.noticeId, noticeId), isNull(noticeBatches.sentAt), isNull(noticeBatches.failedAt)))
        .orderBy(asc(noticeBatches.position))
        .limit(1);
      if (!batch?.body) {
        await complete(tx, noticeId, counts);
        return null;
      }
      if (batch.firstAttemptAt && Temporal.Instant.compare(batch.firstAttemptAt.add({ hours: keyHours }), tx.now) < 0) {
        await leaveToAPerson(tx, batch);
        continue;
      }
      const attempt = { attempts: batch.attempts + 1, firstAttemptAt: batch.firstAttemptAt ?? tx.now };
      await tx.db.update(noticeBatches).set(attempt).where(eq(noticeBatches.id, batch.id));
      await set({ activeAt: tx.now, restUntil: null });
      return { ...batch, ...attempt, body: batch.body };
    }
  });
}

type Counts = { handed: number; bounced: number; complained: number; batches: number; sentBatches: number };

async function countsOf(tx: Tx, noticeId: string): Promise<Counts> {
  const [row] = await tx.db.execute<Record<keyof Counts, string>>(sql`
    select coalesce(sum(size) filter (where sent_at is not null), 0)::text as handed,
           count(*)::text as batches, (count(*) filter (where sent_at is not null))::text as "sentBatches",
           (select count(*) from notice_recipients where notice_id = ${noticeId} and state = 'bounced')::text as bounced,
           (select count(*) from notice_recipients where notice_id = ${noticeId} and state = 'complained')::text as complained
    from notice_batches where notice_id = ${noticeId}`);
  const number = (name: keyof Counts) => Number(row?.[name] ?? 0);
  return {
    handed: number("handed"),
    bounced: number("bounced"),
    complained: number("complained"),
    batches: number("batches"),
    sentBatches: number("sentBatches"),
  };
}

/** A few single reports among the first hundred say little; above these counts the shares decide. */
const fewest = { bounces: 3, complaints: 2 };

/** What the mailing stops itself for (R6); what an officer has seen and resumed after does not count again. */
function overBound(notice: Notice, counts: Counts): "bounces" | "complaints" | null {
  const handed = Math.max(1, counts.handed - notice.handedBase);
  const bounced = counts.bounced - notice.bouncedBase;
  const complained = counts.complained - notice.complainedBase;
  if (bounced >= fewest.bounces && bounced / handed > config.notices.bounceShare) return "bounces";
  if (complained >= fewest.complaints && complained / handed > config.notices.complaintShare) return "complaints";
  return null;
}

/** After the canary share, real mail waits for what comes back; the local mailbox reports at once. */
async function restsForCanary(
  tx: Tx,
  notice: Notice,
  counts: Counts,
  set: (values: Partial<Notice>) => Promise<unknown>,
): Promise<boolean> {
  const canary = Math.max(1, Math.ceil(counts.batches * config.notices.canaryShare));
  if (notice.canaryAt || counts.sentBatches < canary || counts.batches <= canary) return false;
  await set({ canaryAt: tx.now });
  if (!env().RESEND_API_KEY) return false;
  await set({ restUntil: tx.now.add({ minutes: config.notices.canaryMinutes }) });
  return true;
}

async function complete(tx: Tx, noticeId: string, counts: Counts): Promise<void> {
  // Batches that wait for a person keep the notice open.
  if (counts.sentBatches < counts.batches) {
    const [open] = await tx.db.execute(
      sql`select 1 from notice_batches where notice_id = ${noticeId} and sent_at is null limit 1`,
    );
    if (open) return;
  }
  await tx.db.update(notices).set({ completedAt: tx.now, restUntil: null }).where(eq(notices.id, noticeId));
  await recordAudit(tx, {
    action: "notice.completed",
    object: { type: "notice", id: noticeId },
    payload: { handed: counts.handed, batches: counts.batches },
  });
}

/** The key is no longer safe and nobody knows whether the mails went out (R5). Events that came meanwhile may prove it. */
async function leaveToAPerson(tx: Tx, batch: typeof noticeBatches.$inferSelect): Promise<void> {
  const [silent] = await tx.db
    .select({ id: noticeRecipients.id })
    .from(noticeRecipients)
    .where(and(eq(noticeRecipients.batchId, batch.id), eq(noticeRecipients.state, "queued")))
    .limit(1);
  const values = silent ? { failedAt: tx.now, failure: "outcome-unknown" } : { sentAt: tx.now, body: null };
  await tx.db.update(noticeBatches).set(values).where(eq(noticeBatches.id, batch.id));
  await recordAudit(tx, {
    action: silent ? "notice.batch-left-to-a-person" : "notice.batch-proved",
    object: { type: "notice_batch", id: batch.id },
    payload: { notice: batch.noticeId, attempts: batch.attempts },
  });
}
