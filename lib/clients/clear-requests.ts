import { and, isNotNull, lt, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { clientErasures, clientRequests } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";

/** How long what was passed on is kept for a company that never says that it is done, in days. */
export const requestDays = 90;

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
    await tx.db.delete(clientErasures).where(sql`${clientErasures.finishedAt} is not null
      and ${keptFor(clientErasures.finishedAt, config.cases.keep, tx.now)}`);
  });
}
