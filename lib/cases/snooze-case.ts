import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { caseAt, changeCase } from "./change-case";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { longestSnooze, snoozeUntil } from "./snooze";

export const snoozeCaseInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  /** For how long, from now. */
  hours: z.coerce.number().int().min(1).max(longestSnooze),
  /** For colleagues; kept as an internal note, sealed as any. */
  reason: messageText,
});
export type SnoozeCaseInput = z.input<typeof snoozeCaseInput>;

/**
 * Puts an open case aside with a reason: it leaves the list of open cases until then, until the person writes, or until its
 * earliest clock comes near, whichever is first. Its clocks run on.
 * @returns until when; sooner than was asked for when a clock would not wait
 */
export async function snoozeCase(ctx: Ctx, input: SnoozeCaseInput): Promise<Result<{ until: string }>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = snoozeCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, hours, reason } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    if (row.closedAt) return fail("already-done");
    const until = snoozeUntil(hours, tx.now, row.nextDueAt);
    if (!until) return fail("clock-too-near");
    const { messageId } = await addMessage(tx, {
      ...{ caseId, subjectId: row.subjectId, author: "staff", text: reason, internal: true },
    });
    await changeCase(tx, caseId, { snoozedUntil: until });
    const detail = { until: until.toString({ smallestUnit: "second" }), messageId };
    await recordEvent(tx, { caseId, type: "case.snoozed", detail, internal: true });
    await recordAudit(tx, { action: "case.snoozed", object: { type: "case", id: caseId }, payload: detail });
    return ok({ until: until.toString() });
  });
}
