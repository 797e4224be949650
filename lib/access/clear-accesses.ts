import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { recordAccesses } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";

/** Job: removes receipts that are older than `staffAccess.keep`; that a case was read stays in the log. Safe to run twice. */
export async function clearAccesses(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await tx.db.delete(recordAccesses).where(keptFor(recordAccesses.at, config.staffAccess.keep, tx.now));
  });
}
