import { and, eq, isNotNull, isNull, or } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { type recallAnswers, transfers } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import type { callOutside } from "../http/post-outside";
import { callProvider, TransferFault } from "./call-provider";
import { parseRecall } from "./protocol";
import type { TransferRow } from "./states";

type Answer = (typeof recallAnswers)[number];

/** The receiver did not say what became of it; the queue tries again for days. */
export class NotRecalled extends Error {
  override name = "NotRecalled";
}

/**
 * Job: tells the receiver of a transfer that was taken back, or that failed halfway, to delete what it has, and keeps its answer
 * for the person. A DELETE that comes twice is answered twice, so it may run any number of times.
 * @throws NotRecalled for the queue to try again
 */
export async function recallTransfer(
  ctx: Ctx,
  { transferId }: { transferId: string },
  { signal, call }: { signal?: AbortSignal; call?: typeof callOutside } = {},
): Promise<void> {
  const ended = or(isNotNull(transfers.revokedAt), isNotNull(transfers.failedAt));
  const [row] = await withRead(ctx, (tx) =>
    tx.db
      .select()
      .from(transfers)
      .where(and(eq(transfers.id, transferId), ended, isNull(transfers.recall))),
  );
  if (!row) return;
  const answer = await ask(row, signal, call);
  await withTransaction(ctx, async (tx) => {
    const written = await tx.db
      .update(transfers)
      .set({ recall: answer, recalledAt: tx.now })
      .where(and(eq(transfers.id, transferId), isNull(transfers.recall)));
    if (written.count === 0) return;
    const detail = { transferId, answer };
    await recordEvent(tx, { caseId: row.caseId, type: "transfer.recalled", detail });
    await recordAudit(tx, {
      action: "transfer.recalled",
      object: { type: "transfer", id: transferId },
      payload: { caseId: row.caseId, answer },
    });
  });
}

async function ask(row: TransferRow, signal?: AbortSignal, call?: typeof callOutside): Promise<Answer> {
  try {
    const wire = { endpoint: row.endpoint, transferId: row.id, signal, ...(call ? { call } : {}) };
    const answer = parseRecall((await callProvider(wire, { verb: "delete" })).body);
    if (answer) return answer;
    throw new NotRecalled("unreadable-answer");
  } catch (error) {
    if (!(error instanceof TransferFault)) throw error;
    // Nobody there any more, who could delete or keep it: that is all there is to be known.
    if (error.kind === "gone") return "unanswered";
    // An offer that never got through: to the receiver we are a stranger.
    if (!row.offeredAt && error.message === "status-401") return "unknown";
    throw new NotRecalled(error.message);
  }
}
