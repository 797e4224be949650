import { and, isNotNull, lt, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { clientErasures, clientRequests } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";
import { standingSql } from "../holds/kept-back";

/** How long what was passed on is kept for a company that never says that it is done, in days. */
export const requestDays = 90;

/** One that a hold still keeps something of stays, since it is carried out once more when that ends. */
export const isErasureOver = ({
  now,
}: Pick<Tx, "now">) => sql`finished_at is not null and ${keptFor(sql`finished_at`, config.cases.keep, now)}
  and not exists (select 1 from unnest(kept_by) k(id) join ${standingSql(now)} s on s.id::text = k.id)`;

/**
 * Job: destroys what people wrote in requests that were passed on long ago, and the records of clients' erasures when the time of
 * requests is over. Safe to run twice.
 */
export async function clearRequests(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const old = tx.now.subtract({ hours: 24 * requestDays });
    await tx.db
      .update(clientRequests)
      .set({ sealed: null })
      .where(and(isNotNull(clientRequests.sealed), lt(clientRequests.passedAt, old)));
    await tx.db.delete(clientErasures).where(isErasureOver(tx));
  });
}
