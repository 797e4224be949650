import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { openSecondWays } from "./open-second-ways";
import { refreshGate } from "./refresh-gate";

/**
 * Every minute: starts a mailing again whose rest is over or whose run fell silent for five minutes, takes up in a
 * second way whom its mail did not reach, and computes the gate of each notice whose version has not taken effect. Starting
 * one that still runs is harmless: the newer run holds the fence. What nobody was told yet of a version that was
 * withdrawn, nobody need be told.
 */
export async function tendNotices(ctx: Ctx): Promise<void> {
  const open = await withTransaction(ctx, async (tx) => {
    const rows = await tx.db.execute<{ id: string; wake: boolean; frozen: boolean }>(sql`
      select n.id,
             n.started_at is not null and n.completed_at is null and n.stopped_at is null and n.paused_at is null
               and case when n.rest_until is not null then n.rest_until <= now()
                        else coalesce(n.active_at, n.started_at) < now() - interval '5 minutes' end
               and exists (select 1 from notice_batches b where b.notice_id = n.id
                           and b.sent_at is null and b.failed_at is null) as wake,
             n.frozen_at is not null as frozen
      from notices n join policy_versions v on v.id = n.version_id
      where case n.kind when 'withdrawal' then n.completed_at is null or n.completed_at > now() - interval '30 days'
                 else v.withdrawn_at is null and (n.completed_at is null or n.gate_opens_at is null
                                                  or greatest(v.effective_at, n.gate_opens_at) > now()) end`);
    await tx.db.execute(sql`
      delete from notice_second_ways w using notice_recipients r, notices n, policy_versions v
      where w.told_at is null and r.id = w.recipient_id and n.id = r.notice_id and n.kind = 'announcement'
        and v.id = n.version_id and v.withdrawn_at is not null`);
    for (const { id, wake } of rows) if (wake) await enqueue(tx, "notice.deliver", { noticeId: id });
    return rows.filter((row) => row.frozen).map((row) => row.id);
  });
  for (const noticeId of open)
    await withTransaction(ctx, async (tx) => {
      await openSecondWays(tx, noticeId);
      await refreshGate(tx, noticeId);
    });
}
