import { asc, eq } from "drizzle-orm";
import { incomingChunks } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { ReceiverState } from "./protocol";
import { type IncomingRow, incomingState } from "./states";

/** What a sender is told of its transfer: what is still missing, or what became of it. */
export async function answerState(tx: Tx, row: IncomingRow): Promise<ReceiverState> {
  const state = incomingState(row);
  const known = state === "receiving" || state === "checking" || state === "refused" ? state : "arrived";
  return {
    id: row.senderId,
    state: known,
    chunkBytes: row.chunkBytes,
    next: known === "receiving" ? await nextBytes(tx, row) : row.parts.map(({ bytes }) => bytes),
    refusal: row.refusal,
    acknowledgement: row.acknowledgement,
    outcome: state === "imported" ? "taken-over" : state === "not-imported" ? "not-taken-over" : null,
  };
}

/** For each part the first byte that is missing: pieces may have come in any order. */
export async function nextBytes(tx: Tx, { id, parts, chunkBytes }: IncomingRow): Promise<number[]> {
  const chunks = await tx.db
    .select({ part: incomingChunks.part, chunk: incomingChunks.chunk })
    .from(incomingChunks)
    .where(eq(incomingChunks.transferId, id))
    .orderBy(asc(incomingChunks.part), asc(incomingChunks.chunk));
  const inRow = parts.map(() => 0);
  for (const { part, chunk } of chunks) if (inRow[part - 1] === chunk) inRow[part - 1] = chunk + 1;
  return parts.map(({ bytes }, at) => Math.min((inRow[at] ?? 0) * chunkBytes, bytes));
}
