import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { lockCase } from "./change-case";
import { mentionColleagues } from "./mention-colleagues";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";

export const addInternalNoteInput = z.object({ caseId: z.uuid(), text: messageText });
export type AddInternalNoteInput = z.input<typeof addInternalNoteInput>;

/** A note for colleagues, told to those whom it names. The subject never sees it; it is sealed under their key all the same. */
export async function addInternalNote(ctx: Ctx, input: AddInternalNoteInput): Promise<Result<{ messageId: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = addInternalNoteInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, text } = parsed.data;

  return withPower(ctx, async (tx) => {
    // No revision: two notes at once do not contradict each other.
    const found = await lockCase(tx, caseId);
    if (!found) return fail("not-found");
    const { messageId } = await addMessage(tx, {
      caseId,
      subjectId: found.subjectId,
      author: "staff",
      text,
      internal: true,
    });
    const mentions = await mentionColleagues(tx, { row: found, messageId, text, byStaffId: worker.staffId });
    await recordEvent(tx, { caseId, type: "note.added", detail: { messageId }, internal: true });
    await recordAudit(tx, {
      action: "case.note-added",
      object: { type: "case", id: caseId },
      payload: { messageId, characters: text.length, mentions },
    });
    return ok({ messageId });
  });
}
