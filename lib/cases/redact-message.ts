import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { changeCase } from "./change-case";
import { messageAt } from "./message-at";
import { writeBar } from "./message-bars";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { leaveOut, messageGroundKeys, passageLimits } from "./redaction";

export const redactMessageInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  messageId: z.uuid(),
  /** Word for word as it stands in the message; every place where it stands is left out. */
  passage: z
    .string()
    .max(passageLimits.most * 2)
    .transform((text) => text.replace(/\r\n?/g, "\n").trim())
    .refine(({ length }) => length >= passageLimits.least, "Copy the words that are to be left out.")
    .refine(
      ({ length }) => length <= passageLimits.most,
      "Leave out a shorter passage, or take the message out of view.",
    ),
  ground: z.enum(messageGroundKeys),
});
export type RedactMessageInput = z.input<typeof redactMessageInput>;

/**
 * Leaves a passage out of a message, before anything is released or quoted from it (L4): from then on the person, colleagues, a
 * company that a case is passed on to and every mail get a black bar with its ground. The message as it was lies sealed, and an
 * officer reads it with a reason.
 */
export async function redactMessage(ctx: Ctx, input: RedactMessageInput): Promise<Result<{ barId: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = redactMessageInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, messageId, passage, ground } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await messageAt(tx, { caseId, revision, messageId });
    if (!found.ok) return found;
    const { row, message, text, bars } = found.value;
    const id = newId();
    const left = leaveOut(text, passage, id, bars);
    if (left === null) return fail("passage-missing");
    const bar = { id, ground, whole: false, staffId: worker.staffId };
    await writeBar(tx, message, { ...bar, text: left, was: text, first: bars.length === 0 }, row.subjectId);
    await changeCase(tx, caseId, {});
    const detail = { messageId, ground };
    await recordEvent(tx, { caseId, type: "message.redacted", detail, internal: message.internal });
    await recordAudit(tx, {
      action: "message.redacted",
      object: { type: "case", id: caseId },
      payload: { ...detail, characters: passage.length },
    });
    return ok({ barId: id });
  });
}
