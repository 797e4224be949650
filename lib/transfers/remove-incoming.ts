import { eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { incomingChunks, incomingTransfers } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { removeChunks } from "./incoming-files";

/**
 * Removes what lies here of a package that came in, with its key and the address it was for. The row stays as the record that
 * there was one, and names nobody. Safe to run twice.
 */
export const removeIncoming = (ctx: Ctx, id: string): Promise<void> =>
  withTransaction(ctx, (tx) => removeWithin(tx, id));

/** The same in a transaction that holds the row, so that nobody takes the package over meanwhile. */
export async function removeWithin(tx: Tx, id: string): Promise<void> {
  // The files first: a row that says "removed" must be true.
  await removeChunks(id);
  await tx.db.delete(incomingChunks).where(eq(incomingChunks.transferId, id));
  await tx.db
    .update(incomingTransfers)
    .set({ wrappedKey: null, addressHash: null, address: null, removedAt: tx.now })
    .where(eq(incomingTransfers.id, id));
}
