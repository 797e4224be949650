import { z } from "zod";
import { takeUploads, uploadedFiles } from "../attachments/take-uploads";
import type { Ctx } from "../context";
import { fail, type Result } from "../errors";
import { addressField, lineField, paceForm } from "./form-fields";
import { messageText } from "./message-text";
import { storeIntake } from "./store-intake";

export const inquiryInput = z.object({
  name: lineField,
  email: addressField,
  message: messageText,
  idempotencyKey: z.string().min(8).max(128),
  files: uploadedFiles,
});
export type InquiryInput = z.input<typeof inquiryInput> & {
  /** Where it came from, for the rate limit alone; null when that cannot be trusted. */
  network: string | null;
};

export const inquiryContent = z.object({ name: z.string(), email: z.string(), message: z.string() });

/** Takes a question from the public form; see `storeIntake` for what every address is answered alike (S16, R7). */
export async function submitInquiry(ctx: Ctx, input: InquiryInput): Promise<Result<{ reference: string }>> {
  const { network, ...typed } = input;
  const parsed = inquiryInput.safeParse(typed);
  if (!parsed.success || !parsed.data.email) return fail("invalid-input");
  const { name, email, message, files, idempotencyKey } = parsed.data;
  const paced = await paceForm(network, [email]);
  if (!paced.ok) return paced;
  const content = { name, email, message };
  const stored = await takeUploads(files);
  if (!stored.ok) return stored;
  return storeIntake(ctx, {
    kind: "inquiry",
    content,
    idempotencyKey,
    characters: message.length,
    files: stored.value,
  });
}
