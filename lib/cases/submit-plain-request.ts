import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../context";
import { keyedHash, sha256Hex } from "../crypto/hash";
import { cases } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { acknowledge } from "./acknowledge";
import { createCase } from "./create-case";
import { findSubject } from "./find-subject";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { paceRequest } from "./pace-request";
import { holderOf } from "./permit";

export const plainRequestInput = z.object({
  kind: z.enum(["correction", "objection", "restriction"]),
  message: messageText,
  idempotencyKey: z.string().min(8).max(128),
});
export type PlainRequestInput = z.infer<typeof plainRequestInput>;

/**
 * Asks in one's own words for something to be put right (GDPR 16), for a use to end (21) or to be
 * limited (18). Staff answer it; the message is sealed under the person's key.
 */
export async function submitPlainRequest(
  ctx: Ctx,
  input: PlainRequestInput,
): Promise<Result<{ caseId: string; reference: string }>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = plainRequestInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { kind, message } = parsed.data;
  const idempotencyKey = sha256Hex(`${holder.personId}\0${parsed.data.idempotencyKey}`);
  // Keyed: a bare hash of a short message could be guessed.
  const bodySha256 = keyedHash("case-body", JSON.stringify([kind, message]));

  return withTransaction(ctx, async (tx) => {
    const subject = await findSubject(tx, holder.personId);
    if (!subject) return fail("not-found");
    const paced = await paceRequest(tx, holder.personId, idempotencyKey);
    if (!paced.ok) return paced;
    const made = await createCase(tx, {
      kind,
      channel: "dashboard",
      subjectId: holder.personId,
      idempotencyKey,
      bodySha256,
    });
    if (!made) {
      const [known] = await tx.db.select().from(cases).where(eq(cases.idempotencyKey, idempotencyKey));
      if (!known || known.bodySha256 !== bodySha256) return fail("idempotency-mismatch");
      return ok({ caseId: known.id, reference: known.reference });
    }
    await addMessage(tx, { caseId: made.caseId, subjectId: holder.personId, author: "subject", text: message });
    await acknowledge(tx, { ...made, kind, subject });
    return ok(made);
  });
}
