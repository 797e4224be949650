import { and, isNotNull, isNull, lt } from "drizzle-orm";
import type { Ctx } from "../context";
import { outgoingMails, webhookReceipts } from "../db/schema";
import { withTransaction } from "../db/transaction";

/** How long the ids of incoming reports are kept, so that a replay changes nothing (S27). */
export const receiptDays = 90;
/** A mail that could not be sent for so long is given up and its content erased; its job has long ended. */
const unsentDays = 7;

/** Job: removes what has ended. Safe to run twice. */
export async function clearMailRecords(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const before = (days: number) => tx.now.subtract({ hours: 24 * days });
    await tx.db.delete(webhookReceipts).where(lt(webhookReceipts.receivedAt, before(receiptDays)));
    await tx.db
      .update(outgoingMails)
      .set({ sealed: null, failedAt: tx.now, failure: "never-taken" })
      .where(
        and(
          isNotNull(outgoingMails.sealed),
          isNull(outgoingMails.sentAt),
          lt(outgoingMails.createdAt, before(unsentDays)),
        ),
      );
  });
}
