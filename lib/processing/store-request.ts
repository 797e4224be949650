import { and, eq, isNull } from "drizzle-orm";
import { createCase } from "../cases/create-case";
import { findSubject } from "../cases/find-subject";
import { addMessage } from "../cases/message-body";
import { paceRequest } from "../cases/pace-request";
import type { HolderCtx } from "../context";
import { keyedHash, sha256Hex } from "../crypto/hash";
import { cases, processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { beginLimits } from "./begin-limits";
import { oneAtATime } from "./one-at-a-time";
import type { Purpose } from "./purposes";
import { aboutPerson } from "./standing";
import type { RestrictionBasis } from "./words";

export type NewLimit = {
  kind: "objection" | "restriction";
  purpose: Purpose | null;
  system: string | null;
  basis: RestrictionBasis | null;
  message?: string | undefined;
  idempotencyKey: string;
};

export type StoredLimit = { recordId: string; reference: string | null };

/**
 * Stores what a person asked for with the request that staff answer, in effect from this moment. The same thing asked for again on the
 * same ground while it stands finds the first one; the same form sent again does too (R7). What needs no weighing closes by a job.
 */
export async function storeRequest(tx: Tx, holder: HolderCtx["actor"], asked: NewLimit): Promise<Result<StoredLimit>> {
  const { kind, purpose, system, message } = asked;
  const subject = await findSubject(tx, holder.personId);
  if (!subject) return fail("not-found");
  const idempotencyKey = sha256Hex(`${holder.personId}\0${asked.idempotencyKey}`);
  const bodySha256 = keyedHash("case-body", JSON.stringify([kind, purpose, system, asked.basis, message ?? null]));
  const paced = await paceRequest(tx, holder.personId, idempotencyKey);
  if (!paced.ok) return paced;
  await oneAtATime(tx, holder.personId);
  const standing = await standingSame(tx, holder.personId, asked);
  if (standing) return ok(standing);
  const made = await createCase(tx, {
    ...{ kind, channel: "dashboard", subjectId: holder.personId, idempotencyKey, bodySha256 },
  });
  if (!made) {
    const known = await knownForm(tx, idempotencyKey);
    return known?.bodySha256 === bodySha256 ? ok(known.stored) : fail("idempotency-mismatch");
  }
  const { caseId, reference } = made;
  if (message) await addMessage(tx, { caseId, subjectId: holder.personId, author: "subject", text: message });
  const { recordIds } = await beginLimits(tx, {
    ...{ caseId, reference, kind, subject, purposes: [purpose], system, basis: asked.basis, by: "account" },
  });
  return ok({ recordId: recordIds[0] ?? "", reference });
}

async function standingSame(
  tx: Tx,
  personId: string,
  { kind, purpose, system, basis }: NewLimit,
): Promise<StoredLimit | null> {
  const [found] = await tx.db
    .select({ recordId: processingRecords.id, reference: cases.reference })
    .from(processingRecords)
    .leftJoin(cases, eq(cases.id, processingRecords.caseId))
    .where(
      and(
        aboutPerson(personId),
        eq(processingRecords.kind, kind),
        basis ? eq(processingRecords.basis, basis) : isNull(processingRecords.basis),
        purpose ? eq(processingRecords.purpose, purpose) : isNull(processingRecords.purpose),
        system ? eq(processingRecords.system, system) : isNull(processingRecords.system),
        isNull(processingRecords.endedAt),
      ),
    );
  return found ?? null;
}

/** The request that a form with this key began before. */
async function knownForm(tx: Tx, idempotencyKey: string) {
  const [row] = await tx.db
    .select({ reference: cases.reference, bodySha256: cases.bodySha256, recordId: processingRecords.id })
    .from(cases)
    .innerJoin(processingRecords, eq(processingRecords.caseId, cases.id))
    .where(eq(cases.idempotencyKey, idempotencyKey));
  return row ? { bodySha256: row.bodySha256, stored: { recordId: row.recordId, reference: row.reference } } : null;
}
