import { eq } from "drizzle-orm";
import { keepAttachments } from "../attachments/keep-attachments";
import type { StoredFile } from "../attachments/store-files";
import { recordAudit } from "../audit/record";
import { type Ctx, systemCtx } from "../context";
import { keyedHash } from "../crypto/hash";
import { type SealedPlace, sealWithMaster } from "../crypto/seal";
import { intakes } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId, newReference } from "../ids";
import { enqueue } from "../jobs/queue";

export const intakePlace = (intakeId: string): SealedPlace => ({ table: "intakes", column: "sealed", row: intakeId });

/**
 * Stores what a public form holds, sealed, and the job that makes a case of it. Nobody is looked up, so the answer is the same in
 * body, status and time for every address (S16). The same key and content again is the same answer, other content under the same
 * key is refused (R7).
 */
export async function storeIntake(
  ctx: Ctx,
  form: {
    kind: "inquiry" | "request";
    content: object;
    idempotencyKey: string;
    characters: number;
    /** What came with it, stored already. */
    files?: readonly StoredFile[];
  },
): Promise<Result<{ reference: string }>> {
  const { kind, files = [] } = form;
  const content = JSON.stringify(form.content);
  const idempotencyKey = keyedHash(`${kind}-key`, form.idempotencyKey);
  const hashes = files.map((file) => (file.refused === null ? file.sha256 : ""));
  const bodyHash = keyedHash(`${kind}-body`, [content, ...hashes].join("\n"));
  // A visitor may put an intake in and see none: the form acts for itself.
  const acting: Ctx = { ...systemCtx(`form:${kind}`, ctx.clock), requestId: ctx.requestId };

  return withTransaction(acting, async (tx) => {
    const intakeId = newId();
    const reference = newReference();
    const sealed = sealWithMaster(intakePlace(intakeId), content);
    const made = await tx.db
      .insert(intakes)
      .values({ id: intakeId, kind, sealed, reference, idempotencyKey, bodyHash, receivedAt: tx.now })
      .onConflictDoNothing();
    if (made.count === 0) {
      const [known] = await tx.db.select().from(intakes).where(eq(intakes.idempotencyKey, idempotencyKey));
      return known && known.bodyHash === bodyHash ? ok({ reference: known.reference }) : fail("idempotency-mismatch");
    }
    await keepAttachments(tx, { intakeId }, files);
    await recordAudit(tx, {
      action: `${kind}.received`,
      object: { type: "intake", id: intakeId },
      payload: { characters: form.characters, files: files.length },
    });
    await enqueue(tx, kind === "inquiry" ? "inquiry.open" : "request.open", { intakeId });
    return ok({ reference });
  });
}
