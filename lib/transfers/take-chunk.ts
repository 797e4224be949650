import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { incomingChunks, incomingTransfers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { digestOf } from "./call-provider";
import { isDiskFull, removeChunks, unwrapKey, writeChunk } from "./incoming-files";
import { callerOf, type Incoming, isFirst } from "./known-call";
import { lockIncoming } from "./lock-incoming";
import { type IncomingRow, type IncomingState, incomingState } from "./states";

export type ChunkOutcome = "taken" | "forged" | "replayed" | "gone" | "range" | "digest" | "contradicts" | "full";

type Piece = { part: number; start: number; end: number; total: number };

/** `bytes 0-4194303/9000000` (RFC 9110, 14.4); null for anything else. */
export function parseContentRange(text: string | null): Omit<Piece, "part"> | null {
  const found = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(text ?? "");
  if (!found) return null;
  const [start, end, total] = found.slice(1).map(Number) as [number, number, number];
  return start <= end && end < total ? { start, end, total } : null;
}

/**
 * Takes one piece of a package: its signature first, then that it is exactly a piece of what was offered, by place, length and
 * digest (RFC 9530). It lies sealed and durable before it counts (R8). The same piece again changes nothing; another one in its
 * place is refused.
 */
export async function takeChunk(ctx: Ctx, call: Incoming & { part: number }): Promise<ChunkOutcome> {
  const range = parseContentRange(call.header("content-range"));
  // Nothing can be signed for a piece without a place; a stranger learns no more of an id than that.
  if (!range) return "forged";
  const { part, body } = call;
  const caller = await withTransaction(ctx, async (tx) => {
    const found = await callerOf(tx, call, { verb: "part", part, offset: range.start });
    if (!found) return "forged";
    if (!(await isFirst(tx, found.row.senderOrigin, found.callId))) return "replayed";
    return found.row;
  });
  if (typeof caller === "string") return caller;
  const refused = refusal(caller, { part, ...range }, call);
  if (refused) return refused;
  const chunk = range.start / caller.chunkBytes;
  const sha256 = createHash("sha256").update(body).digest("hex");
  const where = and(
    eq(incomingChunks.transferId, caller.id),
    eq(incomingChunks.part, part),
    eq(incomingChunks.chunk, chunk),
  );
  const known = await withTransaction(ctx, async (tx) => {
    const [row] = await tx.db.select({ sha256: incomingChunks.sha256 }).from(incomingChunks).where(where);
    return row?.sha256;
  });
  if (known) return known === sha256 ? "taken" : "contradicts";
  if (!caller.wrappedKey) return "gone";
  try {
    await writeChunk(unwrapKey(caller.id, caller.wrappedKey), { id: caller.id, part, chunk }, body);
  } catch (error) {
    // Nothing of it lies here, and the sender comes again (R13).
    if (isDiskFull(error)) return "full";
    throw error;
  }
  return withTransaction(ctx, async (tx) => {
    const row = await lockIncoming(tx, caller.id);
    const state = row ? incomingState(row) : "expired";
    if (!row || state !== "receiving") {
      // Ended while the file was written: it would lie here for good. One that is whole by now is still read, though; a copy of
      // this piece was faster.
      if (!isRead(state)) await removeChunks(caller.id);
      return tooLate(state);
    }
    await tx.db
      .insert(incomingChunks)
      .values({ transferId: caller.id, part, chunk, bytes: body.length, sha256 })
      .onConflictDoNothing();
    const expiresAt = row.offeredAt.add({ hours: 24 * config.transfers.receive.keepDays });
    if (Temporal.Instant.compare(row.expiresAt, expiresAt) < 0)
      await tx.db.update(incomingTransfers).set({ expiresAt }).where(eq(incomingTransfers.id, row.id));
    return "taken";
  });
}

/** Whole, and its files are needed still. */
const isRead = (state: IncomingState): boolean => ["checking", "waiting", "importing"].includes(state);

/** What a piece is told that comes once none is taken any more. */
const tooLate = (state: IncomingState): ChunkOutcome =>
  isRead(state) || state === "imported" ? "contradicts" : "gone";

function refusal(row: IncomingRow, piece: Piece, { body, header }: Incoming): ChunkOutcome | null {
  const state = incomingState(row);
  if (state !== "receiving") return tooLate(state);
  const offered = row.parts[piece.part - 1];
  const { start, end, total } = piece;
  if (!offered || total !== offered.bytes || start % row.chunkBytes !== 0) return "range";
  if (end !== Math.min(start + row.chunkBytes, total) - 1 || body.length !== end - start + 1) return "range";
  const whole = `sha-256=:${Buffer.from(offered.sha256, "hex").toString("base64")}:`;
  return header("content-digest") === digestOf(body) && header("repr-digest") === whole ? null : "digest";
}
