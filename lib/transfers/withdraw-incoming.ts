import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { incomingTransfers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { callerOf, type Incoming, isFirst } from "./known-call";
import { removeIncoming } from "./remove-incoming";
import { incomingState } from "./states";

type Outcome = "forged" | "replayed" | "deleted" | "taken-over";

/**
 * The sender takes a transfer back: files, key and address go at once. What its person took over already is theirs here, and is
 * deleted as everything of theirs is.
 */
export async function withdrawIncoming(ctx: Ctx, call: Incoming): Promise<Outcome> {
  const ended = await withTransaction(ctx, async (tx) => {
    const found = await callerOf(tx, call, { verb: "delete" });
    if (!found) return "forged";
    const { row, callId } = found;
    if (!(await isFirst(tx, row.senderOrigin, callId))) return "replayed";
    const state = incomingState(row);
    if (state === "importing" || state === "imported") return "taken-over";
    if (row.withdrawnAt === null) {
      await tx.db.update(incomingTransfers).set({ withdrawnAt: tx.now }).where(eq(incomingTransfers.id, row.id));
      await recordAudit(tx, { action: "incoming.withdrawn", object: { type: "incoming-transfer", id: row.id } });
    }
    return { id: row.id };
  });
  if (typeof ended === "string") return ended;
  await removeIncoming(ctx, ended.id);
  return "deleted";
}
