import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { standingSql } from "../holds/kept-back";
import { newId } from "../ids";
import { deadLetterQueue } from "../jobs/definitions";
import { enqueue } from "../jobs/queue";

/**
 * Takes up erasures of clients that wait: those whose job is gone, and those from which a hold or a restriction kept something back
 * that does not stand any more, as if the company had ordered them again. What lies with the failed jobs waits there. Every hour, and when a
 * hold ends. Safe to run twice.
 */
export async function resumeClients(ctx: Ctx): Promise<{ resumed: number }> {
  return withTransaction(ctx, async (tx) => {
    const freed = await tx.db.execute<{ companyId: string; clientId: string; orderedBy: string | null }>(sql`
      select e.company_id as "companyId", e.client_id as "clientId", e.ordered_by as "orderedBy" from client_erasures e
      where e.finished_at is not null
        and exists (select 1 from unnest(e.kept_by) k(id) where k.id not in (select s.id::text from ${standingSql(tx.now)} s))
        and not exists (select 1 from client_erasures l where (l.company_id, l.client_id) = (e.company_id, e.client_id)
                          and (l.ordered_at, l.id) > (e.ordered_at, e.id))
      limit 1000`);
    for (const { companyId, clientId, orderedBy } of freed)
      await tx.db.execute(sql`
        insert into client_erasures (id, company_id, client_id, ordered_by, ordered_at)
        values (${newId()}, ${companyId}, ${clientId}, ${orderedBy}, ${timestamptz(tx.now)}) on conflict do nothing`);
    const waiting = await tx.db.execute<{ id: string }>(sql`
      select e.id from client_erasures e
      where e.finished_at is null
        and not exists (select 1 from pgboss.job j where j.data->>'erasureId' = e.id::text and j.state < 'completed'
                          and (j.name = 'client.erase' or j.name = ${deadLetterQueue} and j.source_name = 'client.erase'))
      limit 1000`);
    for (const { id } of waiting) await enqueue(tx, "client.erase", { erasureId: id });
    return { resumed: waiting.length };
  });
}
