import { and, asc, eq, gte, isNull, notInArray, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { noticeBatches, noticeRecipients, notices, policyVersions } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
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

/** Takes over the delivery under a number that every later write of this run must still hold. Null when there is nothing to do. */
export function takeFence(ctx: Ctx, noticeId: string): Promise<Run | null> {
  return withTransaction(ctx, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    if (!notice?.startedAt || notice.pausedAt || notice.stoppedAt || notice.completedAt) return null;
    // From here on a withdrawal stops the notice under its lock (tellOfWithdrawal), which every claim looks at.
    if (notice.kind === "announcement" && (await isWithdrawn(tx, notice))) return null;
    await tx.db
      .update(notices)
      .set({ fence: notice.fence + 1, activeAt: tx.now })
      .where(eq(notices.id, noticeId));
    return {
      fence: notice.fence + 1,
      kind: notice.kind,
      from: 0,
      underWay: new Set(),
      unknowns: 0,
      countedAt: 0,
      batches: 0,
    };
  });
}

/** What one run of the delivery remembers between batches, so that a claim looks at few rows however many there are. */
export type Run = {
  fence: number;
  kind: Notice["kind"];
  /** Where the batches begin that may still be to hand over. */
  from: number;
  /** Positions of batches that were claimed and whose outcome is not written down yet. */
  underWay: Set<number>;
  /** Calls in a row whose outcome nobody knows. */
  unknowns: number;
  /** When bounces and complaints were last counted; 0 before the first time. */
  countedAt: number;
  /** How many batches the notice has. */
  batches: number;
};

/** So often bounces and complaints are counted while a mailing runs; at the service's real rate, every few batches. */
const countMs = 1000;

/**
 * The next batch to hand over, its attempt noted before the call. Null when the run should end: overtaken,
 * paused, resting, stopped itself, or nothing left.
 */
export function claimBatch(ctx: Ctx, noticeId: string, run: Run): Promise<ClaimedBatch | null> {
  return withTransaction(ctx, async (tx) => {
    const notice = await lockNotice(tx, noticeId, run.fence);
    if (!notice || notice.pausedAt || notice.stoppedAt || notice.completedAt) return null;
    if (notice.restUntil && Temporal.Instant.compare(notice.restUntil, tx.now) > 0) return null;
    if (Date.now() - run.countedAt >= countMs && (await stopsItself(tx, notice, run))) return null;
    for (;;) {
      const [batch] = await tx.db
        .select()
        .from(noticeBatches)
        .where(
          and(
            eq(noticeBatches.noticeId, noticeId),
            gte(noticeBatches.position, run.from),
            isNull(noticeBatches.sentAt),
            isNull(noticeBatches.failedAt),
            notInArray(noticeBatches.position, [...run.underWay]),
          ),
        )
        .orderBy(asc(noticeBatches.position))
        .limit(1);
      if (!batch?.body) {
        await complete(tx, noticeId);
        return null;
      }
      if (await restsForCanary(tx, notice, batch.position, run.batches)) return null;
      run.from = Math.min(batch.position, ...run.underWay);
      if (batch.firstAttemptAt && Temporal.Instant.compare(batch.firstAttemptAt.add({ hours: keyHours }), tx.now) < 0) {
        await leaveToAPerson(tx, batch);
        continue;
      }
      const attempt = { attempts: batch.attempts + 1, firstAttemptAt: batch.firstAttemptAt ?? tx.now };
      // One way to the database instead of two, a hundred thousand times in a million mails.
      await tx.db.execute(sql`
        with tried as (update notice_batches set attempts = ${attempt.attempts},
                         first_attempt_at = ${timestamptz(attempt.firstAttemptAt)} where id = ${batch.id})
        update notices set active_at = ${timestamptz(tx.now)}, rest_until = null where id = ${noticeId}`);
      return { ...batch, ...attempt, body: batch.body };
    }
  });
}

type Counts = { handed: number; bounced: number; complained: number };

/** Pauses a mailing that bounces or complaints went over the bound of (R6). */
async function stopsItself(tx: Tx, notice: Notice, run: Run): Promise<boolean> {
  const [row] = await tx.db.execute<Counts & { batches: number }>(sql`
    select coalesce(sum(size) filter (where sent_at is not null), 0)::int as handed, count(*)::int as batches,
           (select count(*)::int from notice_recipients where notice_id = ${notice.id} and state = 'bounced') as bounced,
           (select count(*)::int from notice_recipients where notice_id = ${notice.id} and state = 'complained') as complained
    from notice_batches where notice_id = ${notice.id}`);
  const { batches, ...counts } = row ?? { batches: 0, handed: 0, bounced: 0, complained: 0 };
  run.batches = batches;
  run.countedAt = Date.now();
  const over = overBound(notice, counts);
  if (!over) return false;
  await tx.db.update(notices).set({ pausedAt: tx.now, pauseReason: over }).where(eq(notices.id, notice.id));
  await recordAudit(tx, {
    action: "notice.stopped-itself",
    object: { type: "notice", id: notice.id },
    payload: { reason: over, ...counts },
  });
  log.error({ noticeId: notice.id, reason: over, ...counts }, "mailing stopped itself");
  return true;
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
async function restsForCanary(tx: Tx, notice: Notice, position: number, batches: number): Promise<boolean> {
  const canary = Math.max(1, Math.ceil(batches * config.notices.canaryShare));
  if (notice.canaryAt || position < canary) return false;
  const restUntil = env().RESEND_API_KEY ? tx.now.add({ minutes: config.notices.canaryMinutes }) : null;
  await tx.db.update(notices).set({ canaryAt: tx.now, restUntil }).where(eq(notices.id, notice.id));
  // What the caller holds would end the rest again.
  notice.canaryAt = tx.now;
  return restUntil !== null;
}

async function complete(tx: Tx, noticeId: string): Promise<void> {
  const [row] = await tx.db.execute<{ open: number; batches: number; handed: number }>(sql`
    select count(*) filter (where sent_at is null)::int as open, count(*)::int as batches,
           coalesce(sum(size), 0)::int as handed
    from notice_batches where notice_id = ${noticeId}`);
  // Batches that wait for a person, or for their answer, keep the notice open.
  if (!row || row.open > 0) return;
  await tx.db.update(notices).set({ completedAt: tx.now, restUntil: null }).where(eq(notices.id, noticeId));
  await recordAudit(tx, {
    action: "notice.completed",
    object: { type: "notice", id: noticeId },
    payload: { handed: row.handed, batches: row.batches },
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
