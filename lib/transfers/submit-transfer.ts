import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import { createCase } from "../cases/create-case";
import { findSubject } from "../cases/find-subject";
import { paceRequest } from "../cases/pace-request";
import { holderOf } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
import { type Ctx, isSteppedUp } from "../context";
import { sha256Hex } from "../crypto/hash";
import { cases, transfers } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { createPackage } from "../exports/create-package";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";
import { type Found, findDestination } from "./destinations";

export const transferInput = z.object({
  to: z.string().max(100),
  address: z.string().max(300).optional(),
  scope: z.enum(["person", "company"]),
  /** Whom the person was shown: the provider's origin and the thumbprint of its key. */
  shownOrigin: z.string().max(300),
  shownKey: z.string().max(100),
  idempotencyKey: z.string().min(8).max(128),
});
export type TransferInput = z.infer<typeof transferInput>;

/**
 * Has one's data sent to another provider (GDPR 20(2)): a portability case, the package that a job writes as for a download
 * (P4), and the transfer that another job pushes once it is ready. Needs a fresh step-up, waits for a fresh device, and tells the
 * person by mail (S14). The provider proves itself once more before anything is stored, and has to be the one that was shown.
 * The same key and request again is the same answer (R7).
 */
export async function submitTransfer(
  ctx: Ctx,
  input: TransferInput,
): Promise<Result<{ transferId: string; reference: string }>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = transferInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  // Asked before anybody outside is; it counts again below.
  const fresh = await withRead(ctx, async (tx) => isSteppedUp(holder, tx.now));
  if (!fresh) return fail("step-up-required");
  const looked = await consume("transfer-look.person", holder.personId);
  if (!looked.ok) return looked;
  const found = await findDestination(parsed.data);
  if (!found.ok) return found;
  const { provider } = found.value;
  if (provider.origin !== parsed.data.shownOrigin || provider.key.kid !== parsed.data.shownKey)
    return fail("provider-changed");
  if (!provider.accepts.includes(parsed.data.scope)) return fail("provider-scope");
  return withTransaction(ctx, async (tx) =>
    isSteppedUp(holder, tx.now) ? store(tx, holder.personId, parsed.data, found.value) : fail("step-up-required"),
  );
}

async function store(
  tx: Tx,
  personId: string,
  { scope, idempotencyKey: given }: TransferInput,
  { destination, provider }: Found,
): Promise<Result<{ transferId: string; reference: string }>> {
  const subject = await findSubject(tx, personId);
  if (!subject) return fail("not-found");
  if (scope === "company" && !subject.ownsCompany) return fail("not-allowed");
  // One person's key never meets another's.
  const idempotencyKey = sha256Hex(`${personId}\0${given}`);
  const bodySha256 = sha256Hex(JSON.stringify(["transfer", scope, provider.origin, provider.key.kid]));
  const paced = await paceRequest(tx, personId, idempotencyKey);
  if (!paced.ok) return paced;
  const made = await createCase(tx, {
    kind: "portability",
    scope,
    channel: "dashboard",
    subjectId: personId,
    idempotencyKey,
    bodySha256,
  });
  if (!made) {
    const [known] = await tx.db
      .select({ transferId: transfers.id, reference: cases.reference, body: cases.bodySha256 })
      .from(cases)
      .innerJoin(transfers, eq(transfers.caseId, cases.id))
      .where(eq(cases.idempotencyKey, idempotencyKey));
    if (!known || known.body !== bodySha256) return fail("idempotency-mismatch");
    return ok({ transferId: known.transferId, reference: known.reference });
  }
  const transferId = newId();
  const { origin, name, contact, endpoint, key } = provider;
  const { packageId } = await createPackage(tx, {
    ...{ caseId: made.caseId, personId, scope },
    tell: ({ reference, email, waitsUntil, stopPath }) =>
      queueMail(tx, {
        template: "transfer-requested",
        to: email,
        personId,
        kind: "security",
        idempotencyKey: `transfer-requested-${transferId}`,
        props: { reference, scope, transferId, name, origin, waitsUntil, stopPath },
      }),
  });
  await tx.db.insert(transfers).values({
    ...{ id: transferId, caseId: made.caseId, personId, packageId, scope, destination },
    ...{ origin, name, contact, endpoint, publicKey: key.x, requestedAt: tx.now },
  });
  await recordEvent(tx, { caseId: made.caseId, type: "transfer.requested", detail: { transferId } });
  // The mail that tells them of the transfer confirms receipt as well: one mail, not two.
  await recordEvent(tx, { caseId: made.caseId, type: "case.acknowledged" });
  await recordAudit(tx, {
    action: "transfer.requested",
    object: { type: "transfer", id: transferId },
    payload: { caseId: made.caseId, packageId, scope, destination: destination ?? "address" },
  });
  return ok({ transferId, reference: made.reference });
}
