import { eq } from "drizzle-orm";
import { z } from "zod";
import { type Ctx, isSteppedUp } from "../context";
import { sha256Hex } from "../crypto/hash";
import { cases, packages } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { createPackage } from "../exports/create-package";
import { createCase } from "./create-case";
import { findSubject } from "./find-subject";
import { paceRequest } from "./pace-request";
import { holderOf } from "./permit";
import { recordEvent } from "./record-event";

export const dataRequestInput = z.object({
  kind: z.enum(["access", "portability"]),
  scope: z.enum(["person", "company"]),
  /** Made when the form is shown; repeated clicks carry the same one. */
  idempotencyKey: z.string().min(8).max(128),
});
export type DataRequestInput = z.infer<typeof dataRequestInput>;

/**
 * Asks for a copy of one's data (GDPR 15) or for data to move (GDPR 20): a case, its clocks and the
 * package that a job begins to write. Needs a fresh step-up (P3); a company's data is given to its
 * owner on the platform only. The same key and request again is the same answer (R7).
 */
export async function submitDataRequest(
  ctx: Ctx,
  input: DataRequestInput,
): Promise<Result<{ caseId: string; reference: string; packageId: string }>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = dataRequestInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { kind, scope } = parsed.data;
  // One person's key never meets another's.
  const idempotencyKey = sha256Hex(`${holder.personId}\0${parsed.data.idempotencyKey}`);
  const bodySha256 = sha256Hex(JSON.stringify([kind, scope]));

  return withTransaction(ctx, async (tx) => {
    if (!isSteppedUp(holder, tx.now)) return fail("step-up-required");
    const subject = await findSubject(tx, holder.personId);
    if (!subject) return fail("not-found");
    if (scope === "company" && !subject.ownsCompany) return fail("not-allowed");
    const paced = await paceRequest(tx, holder.personId, idempotencyKey);
    if (!paced.ok) return paced;

    const made = await createCase(tx, {
      kind,
      scope,
      channel: "dashboard",
      subjectId: holder.personId,
      idempotencyKey,
      bodySha256,
    });
    if (!made) {
      const [known] = await tx.db
        .select({ caseId: cases.id, reference: cases.reference, body: cases.bodySha256, packageId: packages.id })
        .from(cases)
        .innerJoin(packages, eq(packages.caseId, cases.id))
        .where(eq(cases.idempotencyKey, idempotencyKey));
      if (!known || known.body !== bodySha256) return fail("idempotency-mismatch");
      return ok({ caseId: known.caseId, reference: known.reference, packageId: known.packageId });
    }
    const { packageId } = await createPackage(tx, { caseId: made.caseId, personId: holder.personId, scope });
    await recordEvent(tx, { caseId: made.caseId, type: "package.requested", detail: { packageId } });
    // The mail that tells them of the package (P3) confirms receipt as well: one mail, not two.
    await recordEvent(tx, { caseId: made.caseId, type: "case.acknowledged" });
    return ok({ ...made, packageId });
  });
}
