import { eq } from "drizzle-orm";
import { z } from "zod";
import { keepAttachments } from "../attachments/keep-attachments";
import { takeUploads, uploadedFiles } from "../attachments/take-uploads";
import { recordAudit } from "../audit/record";
import { parseAddress } from "../auth/address";
import { consume } from "../auth/rate-limit";
import { type Ctx, systemCtx } from "../context";
import { keyedHash } from "../crypto/hash";
import { type SealedPlace, sealWithMaster } from "../crypto/seal";
import { intakes } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId, newReference } from "../ids";
import { enqueue } from "../jobs/queue";
import { messageText } from "./message-text";

export const inquiryInput = z.object({
  name: z
    .string()
    .max(200, "This is longer than 200 characters.")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    .transform((text) => text.replace(/[\u0000-\u001f\u007f]/g, " ").trim()),
  email: z
    .string()
    .max(320, "Write one email address, such as name@company.example.")
    .transform(parseAddress)
    .refine((address) => address !== null, "Write one email address, such as name@company.example."),
  message: messageText,
  idempotencyKey: z.string().min(8).max(128),
  files: uploadedFiles,
});
export type InquiryInput = z.input<typeof inquiryInput> & {
  /** Where it came from, for the rate limit alone; null when that cannot be trusted. */
  network: string | null;
};

export const intakeContent = z.object({ name: z.string(), email: z.string(), message: z.string() });
export const intakePlace = (intakeId: string): SealedPlace => ({ table: "intakes", column: "sealed", row: intakeId });

/**
 * Takes a question from the public form. It looks nobody up: the content is sealed, a job makes the
 * case, and the answer is the same in body, status and time for every address (S16). The same key and
 * content again is the same answer, other content under the same key is refused (R7).
 */
export async function submitInquiry(ctx: Ctx, input: InquiryInput): Promise<Result<{ reference: string }>> {
  const { network, ...typed } = input;
  const parsed = inquiryInput.safeParse(typed);
  if (!parsed.success || !parsed.data.email) return fail("invalid-input");
  const { name, email, message, files } = parsed.data;
  for (const [kind, key] of [
    ["form.network", network],
    ["form.address", email],
    ["form.all", "all"],
  ] as const) {
    const counted = await consume(kind, key);
    if (!counted.ok) return counted;
  }
  const stored = await takeUploads(files);
  if (!stored.ok) return stored;
  const content = JSON.stringify({ name, email, message });
  const idempotencyKey = keyedHash("inquiry-key", parsed.data.idempotencyKey);
  const hashes = stored.value.map((file) => (file.refused === null ? file.sha256 : ""));
  const bodyHash = keyedHash("inquiry-body", [content, ...hashes].join("\n"));
  // A visitor may put an intake in and see none: the form acts for itself.
  const form: Ctx = { ...systemCtx("form:inquiry", ctx.clock), requestId: ctx.requestId };

  return withTransaction(form, async (tx) => {
    const intakeId = newId();
    const reference = newReference();
    const made = await tx.db
      .insert(intakes)
      .values({
        id: intakeId,
        kind: "inquiry",
        sealed: sealWithMaster(intakePlace(intakeId), content),
        reference,
        idempotencyKey,
        bodyHash,
        receivedAt: tx.now,
      })
      .onConflictDoNothing();
    if (made.count === 0) {
      const [known] = await tx.db.select().from(intakes).where(eq(intakes.idempotencyKey, idempotencyKey));
      return known && known.bodyHash === bodyHash ? ok({ reference: known.reference }) : fail("idempotency-mismatch");
    }
    await keepAttachments(tx, { intakeId }, stored.value);
    await recordAudit(tx, {
      action: "inquiry.received",
      object: { type: "intake", id: intakeId },
      payload: { characters: message.length, files: files.length },
    });
    await enqueue(tx, "inquiry.open", { intakeId });
    return ok({ reference });
  });
}
