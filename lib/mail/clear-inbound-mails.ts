import { and, isNotNull, isNull, lt } from "drizzle-orm";
import type { Ctx } from "../context";
import { inboundMails } from "../db/schema";
import { withTransaction } from "../db/transaction";

/** How long it is known that an automatic mail came which belongs to no case; a mail in a case stays as long as the case. */
export const looseDays = 90;

/** Job: removes the records of automatic mails without a case. Safe to run twice. */
export async function clearInboundMails(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, (tx) =>
    tx.db
      .delete(inboundMails)
      .where(
        and(
          isNull(inboundMails.messageId),
          isNotNull(inboundMails.processedAt),
          lt(inboundMails.receivedAt, tx.now.subtract({ hours: 24 * looseDays })),
        ),
      ),
  );
}
