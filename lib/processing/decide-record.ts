import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { answerInWords, tellOfAnswer } from "../cases/answer-in-words";
import { closeCase } from "../cases/close-case";
import { messageText } from "../cases/message-text";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { announced, isUnconditional } from "./announce-lift";
import { sumOfDecisions, weighedIn } from "./sum-of-decisions";
import { type AtRecord, recordTarget, withRecord } from "./with-record";
import { type RejectionGround, rejectionGrounds } from "./words";

const words = recordTarget.extend({ text: messageText });
export const decideRecordInput = z.discriminatedUnion("decision", [
  words.extend({ decision: z.literal("upheld") }),
  /** Rejected it still stands until the day that the person is told (L7); `text` holds the reasons for this person (L2). */
  words.extend({ decision: z.literal("rejected"), ground: z.enum(rejectionGrounds) }),
]);

/**
 * What staff weighed of an objection or a restriction. Upheld it stands; rejected it ends on an announced day. Once nothing of the
 * request is left to weigh, the case closes with it and the person gets the decision by mail.
 */
export function decideRecord(ctx: Ctx, raw: z.input<typeof decideRecordInput>): Promise<Result<null>> {
  return withRecord(ctx, decideRecordInput, raw, async (tx, at, input) => {
    const { record } = at;
    const ground = input.decision === "rejected" ? input.ground : null;
    if (record.kind === "exception" || record.decidedAt) return fail("already-done");
    if (isUnconditional(record)) return fail("unconditional");
    const { kind, purpose, system } = record;
    const ending = await endingOf(tx, at, { decision: input.decision, ground });
    // The last one's words are the decision of the case.
    const messageId = ending ? null : (await answerInWords(tx, at.row, input.text)).messageId;
    await recordEvent(tx, {
      caseId: at.row.id,
      type: "processing.decided",
      detail: { kind, purpose, system, decision: input.decision, ground, messageId },
    });
    await recordAudit(tx, {
      action: "processing.decided",
      object: { type: "processing", id: record.id },
      payload: { kind, purpose, system, decision: input.decision, ground },
    });
    // A rejection is told with the day on which it ends.
    if (messageId && !ground) await tellOfAnswer(tx, at.row, messageId);
    const lift = ground ? await announced(tx, at, ground) : {};
    if (ending) await closeCase(tx, at.row, { ...ending, text: input.text, staffId: at.staffId });
    const decided = { decidedAt: tx.now, decidedBy: at.staffId, decision: input.decision, decisionGround: ground };
    await tx.db
      .update(processingRecords)
      .set({ ...decided, ...lift })
      .where(eq(processingRecords.id, record.id));
    return ok(null);
  });
}

type Decided = { decision: "upheld" | "rejected"; ground: RejectionGround | null };
type Ending = ReturnType<typeof sumOfDecisions>;

/** How the case closes with the last of its request's records. Null while others are left to weigh, and when it is closed. */
async function endingOf(tx: Tx, { row, record }: AtRecord, decided: Decided): Promise<Ending | null> {
  const parts = (await weighedIn(tx, row.id)).map((one) => (one.id === record.id ? { ...one, ...decided } : one));
  const isLast = parts.every((one) => one.decision !== null || one.endedAt !== null || isUnconditional(one));
  return row.closedAt || !isLast ? null : sumOfDecisions(parts);
}
