import { sql } from "drizzle-orm";
import { hasOutbox } from "../data-map/platform-outbox";
import { noticeSecondWays } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";

/** People taken up at once; the next minute goes on. */
const chunk = 2000;
/** A platform message that could not be written for so long becomes a task of staff. */
const waitMinutes = 60;

/**
 * Takes up everybody whom a notice's mail did not reach and who has no second way yet: a message on the platform where
 * the data map names an outbox, otherwise a task for staff. Safe to run at any time.
 */
export async function openSecondWays(tx: Tx, noticeId: string): Promise<void> {
  const missing = await tx.db.execute<{ id: string }>(sql`
    select r.id from notice_recipients r
    where r.notice_id = ${noticeId} and r.state in ('bounced', 'failed')
      and not exists (select 1 from notice_second_ways w where w.recipient_id = r.id)
    order by r.id limit ${chunk}`);
  const way = hasOutbox() ? "platform-message" : "staff";
  const rows = missing.map(({ id }) => ({ id: newId(), recipientId: id, way, createdAt: tx.now }) as const);
  if (rows.length > 0) {
    await tx.db.insert(noticeSecondWays).values(rows).onConflictDoNothing();
    // Taken for empty, it was gone through once for each of a million recipients.
    await tx.db.execute(sql`analyze notice_second_ways`);
  }
  await tx.db.execute(sql`
    update notice_second_ways w set way = 'staff', failure = 'not-written' from notice_recipients r
    where r.id = w.recipient_id and r.notice_id = ${noticeId} and w.way = 'platform-message' and w.told_at is null
      and w.created_at < ${tx.now.subtract({ minutes: waitMinutes }).toString()}::timestamptz`);
  const [waiting] = await tx.db.execute(sql`
    select 1 from notice_second_ways w join notice_recipients r on r.id = w.recipient_id
    where r.notice_id = ${noticeId} and w.way = 'platform-message' and w.told_at is null limit 1`);
  if (waiting) await enqueue(tx, "notice.second-way", { noticeId }, { singletonKey: noticeId });
}
