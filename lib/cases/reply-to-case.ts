import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { queueMail } from "../mail/queue-mail";
import { caseAt, changeCase } from "./change-case";
import { mailTargetOf } from "./contact";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { stopClocks } from "./run-clocks";
import { statusPathFor } from "./status-path";

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
    if (target) {
      await queueMail(tx, {
        template: "case-reply",
        to: target.to,
        personId: target.personId,
        // Whoever has no account here could not have said that they want none.
        kind: row.contact ? "security" : "case-updates",
        props: {
          ...{ reference: row.reference, kind: row.kind, asksBack, text: mailed ? text : null },
          statusPath: await statusPathFor(tx, row),
        },
        idempotencyKey: `case-reply-${messageId}`,
      });
    }
    return ok({ messageId });
  });
}
