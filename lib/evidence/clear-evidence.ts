import { and, eq, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { notices } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";
import { eraseAddresses } from "../notices/erase-addresses";

/** Recipients removed in one transaction. */
const chunk = 5000;

/**
 * Job: erases addresses after `evidence.addresses`, and removes the recipients of notices whose evidence was kept long enough (`evidence.keep` of the configuration),
 * counted from when their version was replaced or withdrawn. The notice itself, its counts in the log, the mail's words
 * and exceptions stay; they name no recipient. Ended at any point, the next run goes on.
 */
export async function clearEvidence(ctx: Ctx): Promise<void> {
  await clearAddresses(ctx);
  const over = await withTransaction(ctx, async (tx) => {
    const due = await dueNotices(tx);
    for (const notice of due) await begin(tx, notice);
    const begun = await tx.db.execute<{ id: string }>(sql`
      select id from notices n where evidence_cleared_at is not null
        and exists (select 1 from notice_recipients r where r.notice_id = n.id)`);
    return begun.map(({ id }) => id);
  });
  for (const noticeId of over) while (await withTransaction(ctx, (tx) => removeSome(tx, noticeId)));
}

/** Erases the addresses of notices that have had their effect long enough; hashes, ids and times stay. */
async function clearAddresses(ctx: Ctx): Promise<void> {
  const due = await withTransaction(ctx, dueAddresses);
  for (const noticeId of due)
    await withTransaction(ctx, async (tx) => {
      const rows = await eraseAddresses(tx, { noticeId });
      await recordAudit(tx, {
        action: "notice.addresses-erased",
        object: { type: "notice", id: noticeId },
        payload: { recipients: rows, keptFor: config.evidence.addresses },
      });
    });
}

/** How many notices are past their time now, for their addresses and for all of their evidence. */
export const evidenceDue = async (tx: Tx): Promise<{ addresses: number; notices: number }> => ({
  addresses: (await dueAddresses(tx)).length,
  notices: (await dueNotices(tx)).length,
});

/** Notices that have had their effect long enough for their addresses to go. */
async function dueAddresses(tx: Tx): Promise<string[]> {
  const { addresses } = config.evidence;
  const rows = await tx.db.execute<{ id: string }>(sql`
    select n.id from notices n join policy_versions v on v.id = n.version_id
    where n.address_key is not null and ${keptFor(sql`coalesce(n.completed_at, n.stopped_at)`, addresses, tx.now)}
      and ${keptFor(sql`coalesce(v.withdrawn_at, greatest(v.effective_at, n.gate_opens_at))`, addresses, tx.now)}
      and (v.withdrawn_at is not null or n.gate_opens_at is not null)`);
  return rows.map(({ id }) => id);
}

/** Notices whose version went out of use longer ago than the evidence is kept, with how many it is about. */
async function dueNotices(tx: Tx): Promise<{ id: string; recipients: number }[]> {
  const outOfUse = sql`coalesce(v.withdrawn_at, (
    select min(case when m.id is null then w.effective_at else greatest(w.effective_at, m.gate_opens_at) end)
    from policy_versions w left join notices m on m.version_id = w.id and m.kind = 'announcement'
    where w.number > v.number and w.announced_at is not null and w.withdrawn_at is null
      and (m.id is null or m.gate_opens_at is not null)))`;
  const rows = await tx.db.execute<{ id: string; recipients: number }>(sql`
    select n.id, (select count(*)::int from notice_recipients r where r.notice_id = n.id) as recipients
    from notices n join policy_versions v on v.id = n.version_id
    where n.evidence_cleared_at is null and (n.completed_at is not null or n.stopped_at is not null)
      and ${keptFor(outOfUse, config.evidence.keep, tx.now)}`);
  return [...rows];
}

async function begin(tx: Tx, { id, recipients }: { id: string; recipients: number }): Promise<void> {
  const marked = await tx.db
    .update(notices)
    .set({ evidenceClearedAt: tx.now })
    .where(and(eq(notices.id, id), isNull(notices.evidenceClearedAt)))
    .returning({ id: notices.id });
  if (marked.length === 0) return;
  await recordAudit(tx, {
    action: "notice.evidence-cleared",
    object: { type: "notice", id },
    payload: { recipients, keptFor: config.evidence.keep },
  });
}

/** @returns false when nothing is left of them */
async function removeSome(tx: Tx, noticeId: string): Promise<boolean> {
  const some = sql`select id from notice_recipients where notice_id = ${noticeId} order by id limit ${chunk}`;
  await tx.db.execute(sql`delete from notice_events where recipient_id in (${some})`);
  await tx.db.execute(sql`delete from notice_second_ways where recipient_id in (${some})`);
  const gone = await tx.db.execute(sql`delete from notice_recipients where id in (${some})`);
  if (gone.count > 0) return true;
  await tx.db.execute(sql`delete from notice_batches where notice_id = ${noticeId}`);
  return false;
}
