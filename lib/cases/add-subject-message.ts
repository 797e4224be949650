import { z } from "zod";
import { keepAttachments } from "../attachments/keep-attachments";
import { takeUploads, uploadedFiles } from "../attachments/take-uploads";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { fail, type Result } from "../errors";
import { lockOwnCase } from "./change-case";
import { followUp } from "./follow-up";
import { messageText } from "./message-text";
import { holderOf } from "./permit";

export const addSubjectMessageInput = z.object({
  reference: z.string().max(40),
  message: messageText,
  files: uploadedFiles,
});
export type AddSubjectMessageInput = z.input<typeof addSubjectMessageInput>;

/**
 * The holder writes in the thread of their own case, with files or without. A closed case opens again; a reply within the
 * policy's promise is owed from now on unless one was owed already.
 */
export async function addSubjectMessage(
  ctx: Ctx,
  input: AddSubjectMessageInput,
): Promise<Result<{ messageId: string }>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = addSubjectMessageInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { reference, message, files } = parsed.data;
  const paced = await consume("message.person", holder.personId);
  if (!paced.ok) return paced;
  const stored = await takeUploads(files);
  if (!stored.ok) return stored;

  return withTransaction(ctx, async (tx) => {
    const row = await lockOwnCase(tx, reference, holder.personId);
    if (!row) return fail("not-found");
    const added = await followUp(tx, row, { text: message });
    if (!added.ok) return added;
    await keepAttachments(tx, added.value, stored.value);
    return added;
  });
}
