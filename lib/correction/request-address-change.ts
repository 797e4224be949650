import { z } from "zod";
import { config } from "../../trust-center.config";
import { consume } from "../auth/rate-limit";
import { createCase } from "../cases/create-case";
import { findSubject, type Subject } from "../cases/find-subject";
import { holderOf } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { keyedHash, randomToken, sha256Hex } from "../crypto/hash";
import { dataMap } from "../data-map/load";
import { identitiesAtHome } from "../data-map/reach";
import { addressChanges } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { inWords } from "../in-words";
import { enqueue } from "../jobs/queue";
import { mailAddress } from "../mail/mail-address";
import { queueMail } from "../mail/queue-mail";
import { cellsOf } from "./own-fields";
import { correctionOpen, storeItems } from "./store-items";
import { validValue } from "./valid-value";

export const addressChangeInput = z.object({ address: z.string().max(320) });
type Reasons =
  | "sign-in-required"
  | "step-up-required"
  | "not-found"
  | "address-wrong"
  | "too-many"
  | "cannot-check"
  | "correction-open";

/**
 * Asks to sign in with another address (S14). Nothing changes by it: the new address has to be proved by the link that goes to it,
 * and every address that is known has a day to stop it with one click. That link proves the address alone; who asks was proved by
 * the step-up. Whether anybody else uses the address is not told here (S16); the platform decides at the end.
 */
export async function requestAddressChange(
  ctx: Ctx,
  input: z.input<typeof addressChangeInput>,
): Promise<Result<{ caseId: string; reference: string }, Reasons>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const read = await cellsOf(ctx);
  if (!read.ok) return read;
  const cell = [...read.value.cells.values()].find(({ field }) => field.correct.by === "address");
  if (!cell) return fail("not-found");
  const valid = validValue(cell.field.correct, input.address);
  if (!valid.ok || valid.value === cell.value?.toLowerCase()) return fail("address-wrong");
  const after = valid.value;
  const subject = await withTransaction(ctx, (tx) => findSubject(tx, holder.personId));
  if (!subject) return fail("not-found");
  const known = (await knownAddresses(subject)).filter((one) => one !== after);
  const paced = await consume("request.person", holder.personId);
  if (!paced.ok) return paced;

  return withTransaction(ctx, async (tx): Promise<Result<{ caseId: string; reference: string }, Reasons>> => {
    const made = await createCase(tx, { kind: "correction", channel: "dashboard", subjectId: holder.personId });
    if (!made) return fail("correction-open");
    const { caseId, reference } = made;
    const proposed = [{ cell, after, evidence: "" }];
    await storeItems(tx, caseId, holder.personId, proposed, { ruled: false });
    const delayed = tx.now.add({ hours: config.addressChange.delayHours });
    const fresh = holder.freshUntil;
    const notBefore = fresh && Temporal.Instant.compare(fresh, delayed) > 0 ? fresh : delayed;
    const expiresAt = tx.now.add({ hours: config.addressChange.proveHours });
    const [stop, prove] = [randomToken(), randomToken()];
    await tx.db.insert(addressChanges).values({
      ...{ caseId, personId: holder.personId, sessionId: holder.sessionId },
      ...{ stopTokenHash: sha256Hex(stop), proveTokenHash: sha256Hex(prove) },
      ...{ requestedAt: tx.now, notBefore, expiresAt },
    });
    await recordEvent(tx, { caseId, type: "address.planned", detail: { notBefore: notBefore.toString() } });
    for (const to of known)
      await queueMail(tx, {
        ...{ template: "address-change-planned", to, personId: holder.personId, kind: "security" },
        props: { reference, address: after, notBefore: inWords(notBefore, subject.timeZone), token: stop },
        idempotencyKey: `address-planned-${caseId}-${keyedHash("address-planned", to)}`,
      });
    await queueMail(tx, {
      ...{ template: "address-change-prove", to: after, kind: "security" },
      props: { until: inWords(expiresAt, subject.timeZone), token: prove },
      idempotencyKey: `address-prove-${caseId}`,
    });
    for (const startAfter of [notBefore, expiresAt])
      await enqueue(tx, "correction.address", { caseId }, { startAfter });
    return ok(made);
  }).catch(correctionOpen);
}

/** Whoever took over one address does not move the account unseen: the mail with its stop goes to every address they proved. */
async function knownAddresses({ email, platformUserId, platformCompanyId }: Subject): Promise<string[]> {
  if (!platformUserId) return [email];
  const found = await identitiesAtHome(dataMap(), { platformUserId, platformCompanyId }, "person");
  return [...new Set([email, ...(found.get("email") ?? []).flatMap((one) => mailAddress(one)?.toLowerCase() ?? [])])];
}
