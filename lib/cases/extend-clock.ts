import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { caseClocks } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { caseAt, changeCase } from "./change-case";
import { mayExtend } from "./clock-course";
import { mailTargetOf } from "./contact";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { clockInput } from "./pause-clock";
import { permissionOf } from "./permission";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { courseOf, setCourse } from "./run-clocks";
import { statusPathFor } from "./status-path";

export const extendClockInput = clockInput.extend({
  rule: z.enum(["gdpr-1m", "ccpa-45d"]),
  /** Why it takes longer, in words for this person: complexity or number of requests (GDPR 12(3)). */
  text: messageText,
});

/**
 * Gives a clock two months (GDPR 12(3)) or 45 days (CCPR 7021(b)) more. The reasons go into the thread and to the person by mail in
 * the same transaction, and only while the first period runs: without them there is no extension. No other clock stops by it.
 * @returns `not-ready` when the period is over or was extended already; `permission-unsigned` while nobody may be told why
 */
export async function extendClock(ctx: Ctx, input: z.input<typeof extendClockInput>): Promise<Result<null>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = extendClockInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, rule, text } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    const [clock] = await tx.db
      .select()
      .from(caseClocks)
      .where(and(eq(caseClocks.caseId, caseId), eq(caseClocks.rule, rule), isNull(caseClocks.stoppedAt)));
    if (!clock || !mayExtend({ ...clock, ...courseOf(clock) }, tx.now)) return fail("not-ready");
    // The reasons are words of an answer, which an agent gets with the person's signature and not before (CCPR 7063).
    const permission = await permissionOf(tx, caseId);
    if (permission && !permission.signedAt) return fail("permission-unsigned");
    const target = await mailTargetOf(tx, row);
    // Whom no mail reaches is told by letter first; the desk has no proof of that yet.
    if (!target) return fail("not-ready");
    const dueAt = await setCourse(tx, clock, { extendedAt: tx.now });
    const { messageId } = await addMessage(tx, { caseId, subjectId: row.subjectId, author: "staff", text });
    await changeCase(tx, caseId, {});
    await recordEvent(tx, { caseId, type: "clock.extended", detail: { rule, messageId, dueAt: dueAt.toString() } });
    await recordAudit(tx, {
      action: "clock.extended",
      object: { type: "case", id: caseId },
      payload: { rule, messageId, dueAt: dueAt.toString(), characters: text.length },
    });
    await queueMail(tx, {
      template: "clock-extended",
      to: target.to,
      personId: target.personId,
      // The notice is what makes the extension lawful; no preference turns it off.
      kind: "security",
      props: {
        ...{ reference: row.reference, kind: row.kind, rule, text },
        dueBy: inWords(dueAt, target.timeZone),
        statusPath: await statusPathFor(tx, row),
      },
      idempotencyKey: `clock-extended-${clock.id}`,
    });
    return ok(null);
  });
}
