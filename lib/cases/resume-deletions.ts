import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import { withTransaction } from "../db/transaction";
import { canErase } from "../erasure/erase-subject";
import { standingSql } from "../holds/kept-back";
import { deadLetterQueue } from "../jobs/definitions";
import { enqueue } from "../jobs/queue";

/**
 * Takes up deletions that wait: those that something had to be settled for first, to look whether it is, and those from which a
 * hold or a restriction kept something back that does not stand any more, whether it ended, lapsed or is gone, and also when it did
 * while the engine worked; and those whose job is gone. What began and lies with the failed jobs waits there. Every hour, and when one ends. Safe to run twice.
 */
export async function resumeDeletions(ctx: Ctx): Promise<{ resumed: number }> {
  if (!canErase(dataMap())) return { resumed: 0 };
  return withTransaction(ctx, async (tx) => {
    const waiting = await tx.db.execute<{ id: string }>(sql`
      select d.case_id as id from deletions d join cases c on c.id = d.case_id
      where d.expired_at is not null and d.cancelled_at is null and d.decided_at is null and d.ended_at is null
        and case when d.begun_at is null then c.closed_at is null
                 when exists (
                   select 1 from pgboss.job j where j.name = ${deadLetterQueue} and j.source_name = 'deletion.carry-out'
                     and j.state < 'completed' and j.data->>'caseId' = d.case_id::text) then false
                 else d.carried_out_at is null or not exists (
                   select 1 from erasure_runs r where r.case_id = d.case_id and r.pass = d.pass)
                   or exists (
                   select 1 from erasure_runs r where r.case_id = d.case_id and r.pass = d.pass
                     and (r.finished_at is null or r.kept_by is null
                          or exists (select 1 from unnest(r.kept_by) k(id) where k.id not in (select s.id::text from ${standingSql(tx.now)} s)))) end
        and not exists (select 1 from pgboss.job j where j.name = 'deletion.carry-out' and j.state < 'completed'
                        and j.data->>'caseId' = d.case_id::text)
      order by d.begun_at is null, random() limit 1000`);
    for (const { id } of waiting) await enqueue(tx, "deletion.carry-out", { caseId: id });
    return { resumed: waiting.length };
  });
}
