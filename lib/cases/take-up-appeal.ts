import { z } from "zod";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { caseAt, changeCase } from "./change-case";
import { mailTargetOf } from "./contact";
import { mailReply } from "./mail-reply";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { takeDecisionBack } from "./reopen";
import { reviewAppeal } from "./review-appeal";
import { stopClocks } from "./run-clocks";

export const takeUpAppealInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  text: messageText,
});

/**
 * An officer takes a refusal back without deciding the request at once: it goes on as it was before, a deletion by its engine, and
 * whoever works on it decides it. The subject is told with a text. A staff power (S14), of an officer who did not decide (S15).
 */
export async function takeUpAppeal(
  ctx: Ctx,
  input: z.input<typeof takeUpAppealInput>,
): Promise<Result<{ messageId: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = takeUpAppealInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, text } = parsed.data;
  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    const reviewed = await reviewAppeal(tx, row, worker, "taken-up");
    if (!reviewed.ok) return reviewed;
    if (!reviewed.value.was) return fail("already-done");
    await takeDecisionBack(tx, caseId);
    const { messageId } = await addMessage(tx, { caseId, subjectId: row.subjectId, author: "staff", text });
    await stopClocks(tx, caseId, ["policy-72h", "appeal-1m"]);
    await changeCase(tx, caseId, { awaitingSubjectAt: null });
    const target = await mailTargetOf(tx, row);
    const mailed = target !== null && row.kind === "inquiry";
    await recordEvent(tx, { caseId, type: "reply.sent", detail: { messageId, asksBack: false, mailed } });
    await mailReply(tx, row, target, { messageId, text: mailed ? text : null });
    return ok({ messageId });
  });
}
