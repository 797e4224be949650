import { eq } from "drizzle-orm";
import { incomingTransfers } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { IncomingRow } from "./states";

/** A package that comes in, locked until the transaction ends; null when there is none. */
export async function lockIncoming(tx: Tx, id: string): Promise<IncomingRow | null> {
  const [row] = await tx.db.select().from(incomingTransfers).where(eq(incomingTransfers.id, id)).for("update");
  return row ?? null;
}
