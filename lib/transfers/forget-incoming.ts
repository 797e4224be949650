import { and, eq, isNull, or, sql } from "drizzle-orm";
import { incomingTransfers, transfers } from "../db/schema";
import type { Tx } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { addressHash } from "./address-hash";

/**
 * What transfers know of somebody who is forgotten: a package that waits for them is declined and removed by the job, and the
 * provider's words about what was sent name nobody. Safe to run twice.
 */
export async function forgetIncoming(tx: Tx, person: { id: string; email: string }): Promise<void> {
  // Also one that is being taken over: its next step finds another fence, and it is removed as a declined one.
  const declined = await tx.db
    .update(incomingTransfers)
    .set({ declinedAt: tx.now, addressHash: null, address: null, acceptedBy: null, fence: sql`fence + 1` })
    .where(
      and(
        or(eq(incomingTransfers.addressHash, addressHash(person.email)), eq(incomingTransfers.acceptedBy, person.id)),
        isNull(incomingTransfers.importedAt),
        isNull(incomingTransfers.importFailedAt),
      ),
    )
    .returning({ id: incomingTransfers.id });
  await tx.db.update(incomingTransfers).set({ acceptedBy: null }).where(eq(incomingTransfers.acceptedBy, person.id));
  // Nothing more of them goes out.
  const stopped = await tx.db
    .update(transfers)
    .set({ revokedAt: tx.now })
    .where(
      and(
        eq(transfers.personId, person.id),
        isNull(transfers.arrivedAt),
        isNull(transfers.failedAt),
        isNull(transfers.revokedAt),
      ),
    )
    .returning({ id: transfers.id });
  for (const { id } of stopped) await enqueue(tx, "transfer.recall", { transferId: id });
  if (declined.length > 0) await enqueue(tx, "transfer.tend", {});
}
