import { and, isNotNull, lt } from "drizzle-orm";
import type { Ctx } from "../context";
import { clientRequests } from "../db/schema";
import { withTransaction } from "../db/transaction";

/** How long what was passed on is kept for a company that never says that it is done. */
const days = 90;

/** Job: destroys what people wrote in requests that were passed on long ago. Safe to run twice. */
export async function clearRequests(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await tx.db
      .update(clientRequests)
      .set({ sealed: null })
      .where(and(isNotNull(clientRequests.sealed), lt(clientRequests.passedAt, tx.now.subtract({ hours: 24 * days }))));
  });
}
