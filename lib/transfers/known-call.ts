import { eq } from "drizzle-orm";
import { incomingTransfers, webhookReceipts } from "../db/schema";
import type { Tx } from "../db/transaction";
import { lockIncoming } from "./lock-incoming";
import { signedCallId, type Verb } from "./signed-call";
import type { IncomingRow } from "./states";

export type Header = (name: string) => string | null;
/** A call of a sender about a transfer that it offered. */
export type Incoming = {
  /** The sender's id, out of the address. */
  transferId: string;
  body: Buffer;
  header: Header;
};

/** The rows under a sender's id: one, but for a stranger who offered under somebody else's. */
export const rowsOf = (tx: Tx, transferId: string): Promise<IncomingRow[]> =>
  tx.db.select().from(incomingTransfers).where(eq(incomingTransfers.senderId, transferId));

/**
 * The transfer that a call is about, by whose key it is signed (W1, S27), locked; null for every other call, whether or not there
 * is such a transfer.
 */
export async function callerOf(
  tx: Tx,
  { transferId, body, header }: Incoming,
  about: { verb: Verb; part?: number; offset?: number },
): Promise<{ row: IncomingRow; callId: string } | null> {
  for (const found of await rowsOf(tx, transferId)) {
    const callId = signedCallId(found.senderKey, { ...about, transferId }, body, header);
    if (callId === null) continue;
    const row = await lockIncoming(tx, found.id);
    return row ? { row, callId } : null;
  }
  return null;
}

/** Keeps a call's id for 90 days. @returns false when it was used before (S27) */
export async function isFirst(tx: Tx, origin: string, callId: string): Promise<boolean> {
  const fresh = await tx.db
    .insert(webhookReceipts)
    .values({
      id: `transfer/${origin}/${callId}`,
      source: "transfer",
      type: "transfer.call",
      matched: true,
      receivedAt: tx.now,
    })
    .onConflictDoNothing();
  return fresh.count > 0;
}
