import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { incomingTransfers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { answerState, nextBytes } from "./answer-state";
import { callerOf, type Incoming, isFirst } from "./known-call";
import type { ReceiverState } from "./protocol";
import { incomingState } from "./states";

type Outcome = { kind: "state"; state: ReceiverState } | { kind: "forged" | "replayed" | "gone" | "incomplete" };
const gone = ["withdrawn", "declined", "expired"];

/** Says how far a transfer is; changes nothing, so that a call that comes twice is answered twice. */
export function tellState(ctx: Ctx, call: Incoming): Promise<Outcome> {
  return withTransaction(ctx, async (tx) => {
    const found = await callerOf(tx, call, { verb: "state" });
    if (!found) return { kind: "forged" };
    if (gone.includes(incomingState(found.row))) return { kind: "gone" };
    return { kind: "state", state: await answerState(tx, found.row) };
  });
}

/** The sender says that everything was sent: what is here is checked by a job. Said twice, it is checked once. */
export function completeIncoming(ctx: Ctx, call: Incoming): Promise<Outcome> {
  return withTransaction(ctx, async (tx) => {
    const found = await callerOf(tx, call, { verb: "complete" });
    if (!found) return { kind: "forged" };
    const { row, callId } = found;
    if (!(await isFirst(tx, row.senderOrigin, callId))) return { kind: "replayed" };
    const state = incomingState(row);
    if (gone.includes(state)) return { kind: "gone" };
    if (state !== "receiving") return { kind: "state", state: await answerState(tx, row) };
    const next = await nextBytes(tx, row);
    if (row.parts.some(({ bytes }, at) => next[at] !== bytes)) return { kind: "incomplete" };
    await tx.db.update(incomingTransfers).set({ completedAt: tx.now }).where(eq(incomingTransfers.id, row.id));
    await recordAudit(tx, {
      action: "incoming.completed",
      object: { type: "incoming-transfer", id: row.id },
      payload: { bytes: row.bytes },
    });
    await enqueue(tx, "transfer.check", { incomingId: row.id });
    return { kind: "state", state: await answerState(tx, { ...row, completedAt: tx.now }) };
  });
}
