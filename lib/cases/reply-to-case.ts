import { z } from "zod";
import { recordAudit } from "../audit/record";
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
import { stopClocks } from "./run-clocks";

export const replyToCaseInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  text: messageText,
  /** The reply only asks something back: nothing is answered yet, so the 72 hours run on (L1). */
  asksBack: z.boolean().default(false),
});
export type ReplyToCaseInput = z.input<typeof replyToCaseInput>;

/**
 * A person's reply to the subject. A substantive one stops `policy-72h`; one that asks back does not,
 * and shows the subject that we wait for them. An account holder's mail only says that there is a
 * reply; whoever asked through the public form gets the text itself (docs/decisions/case-mail.md).
 */
export async function replyToCase(ctx: Ctx, input: ReplyToCaseInput): Promise<Result<{ messageId: string }>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = replyToCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, text, asksBack } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    const { messageId } = await addMessage(tx, { caseId, subjectId: row.subjectId, author: "staff", text });
    if (!asksBack) await stopClocks(tx, caseId, ["policy-72h"]);
    await changeCase(tx, caseId, {
      answeredAt: asksBack ? row.answeredAt : (row.answeredAt ?? tx.now),
      awaitingSubjectAt: asksBack ? tx.now : null,
    });
    const target = await mailTargetOf(tx, row);
    const mailed = target !== null && row.kind === "inquiry";
    await recordEvent(tx, { caseId, type: "reply.sent", detail: { messageId, asksBack, mailed } });
    await recordAudit(tx, {
      action: "case.replied",
      object: { type: "case", id: caseId },
      payload: { messageId, asksBack, characters: text.length },
    });
    await mailReply(tx, row, target, {
      ...{ messageId, asksBack, text: mailed ? text : null },
      // Whoever has no account here could not have said that they want none.
      kind: row.contact ? "security" : "case-updates",
    });
    return ok({ messageId });
  });
}
