import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { deletions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { queueMail } from "../mail/queue-mail";
import { caseAt, changeCase } from "./change-case";
import { mailTargetOf } from "./contact";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { stopClocks } from "./run-clocks";
import { declineGroundKeys } from "./words";

const base = { caseId: z.uuid(), revision: z.coerce.number().int().min(0), text: messageText };

export const decideCaseInput = z.discriminatedUnion("decision", [
  /** What was asked for has been done; `text` says what. */
  z.object({ ...base, decision: z.literal("approved") }),
  /** A question was answered, or nothing is left to do. */
  z.object({ ...base, decision: z.literal("completed") }),
  /** `text` holds the reasons in words for this person (L2); the ground's key is kept for the record (L10). */
  z.object({ ...base, decision: z.literal("declined"), ground: z.enum(declineGroundKeys) }),
]);
export type DecideCaseInput = z.input<typeof decideCaseInput>;

/**
 * Decides and closes a case, tells the subject why, stops every clock. A staff power, so it needs a
 * fresh step-up (S14). A deletion is not approved while its grace period or its erasure runs, nor after it was
 * cancelled; it can be declined at any time before the engine begins.
 */
export async function decideCase(ctx: Ctx, input: DecideCaseInput): Promise<Result<{ reference: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = decideCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, text, decision } = parsed.data;
  const ground = parsed.data.decision === "declined" ? parsed.data.ground : null;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    if (row.closedAt) return fail("already-done");
    if (row.kind === "deletion") {
      const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, caseId));
      if (decision !== "approved") {
        if (deletion?.begunAt) return fail("already-done");
      } else {
        if (!deletion || deletion.cancelledAt) return fail("already-done");
        if (!deletion.expiredAt || (deletion.begunAt && !deletion.carriedOutAt)) return fail("not-ready");
      }
    }
    const { messageId } = await addMessage(tx, { caseId, subjectId: row.subjectId, author: "staff", text });
    await stopClocks(tx, caseId);
    await changeCase(tx, caseId, {
      answeredAt: row.answeredAt ?? tx.now,
      decidedAt: tx.now,
      decidedBy: worker.staffId,
      decision,
      declineGround: ground,
      closedAt: tx.now,
      awaitingSubjectAt: null,
    });
    await recordEvent(tx, { caseId, type: "case.decided", detail: { decision, ground, messageId } });
    await recordAudit(tx, {
      action: "case.decided",
      object: { type: "case", id: caseId },
      payload: { decision, ground, messageId, characters: text.length },
    });
    const target = await mailTargetOf(tx, row);
    if (target) {
      await queueMail(tx, {
        template: "case-decided",
        to: target.to,
        personId: target.personId,
        // The answer to a right is owed; no preference turns it off.
        kind: "security",
        props: {
          reference: row.reference,
          kind: row.kind,
          decision,
          ground,
          text: row.kind === "inquiry" ? text : null,
        },
        idempotencyKey: `case-decided-${messageId}`,
      });
    }
    return ok({ reference: row.reference });
  });
}
