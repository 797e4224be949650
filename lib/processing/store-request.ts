import { and, desc, eq, isNull } from "drizzle-orm";
import { acknowledge } from "../cases/acknowledge";
import { type CaseRow, lockCase } from "../cases/change-case";
import { createCase } from "../cases/create-case";
import { findSubject } from "../cases/find-subject";
import { followUp } from "../cases/follow-up";
import { answeringCase } from "../cases/merged";
import { addMessage, openBody } from "../cases/message-body";
import { paceRequest } from "../cases/pace-request";
import type { HolderCtx } from "../context";
import { keyedHash, sha256Hex } from "../crypto/hash";
import { caseMessages, cases, processingRecords } from "../db/schema";
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
 * same ground while it stands finds the first one, and what they write with it is a message in that request (L7); the same form sent
 * again does nothing more (R7). What needs no weighing closes by a job.
 */
export async function storeRequest(tx: Tx, holder: HolderCtx["actor"], asked: NewLimit): Promise<Result<StoredLimit>> {
  const { kind, purpose, system, message } = asked;
  const subject = await findSubject(tx, holder.personId);
  if (!subject) return fail("not-found");
  const idempotencyKey = sha256Hex(`${holder.personId}\0${asked.idempotencyKey}`);
  const bodySha256 = keyedHash("case-body", JSON.stringify([kind, purpose, system, asked.basis, message ?? null]));
  const paced = await paceRequest(tx, holder.personId, idempotencyKey);
  if (!paced.ok) return paced;
  // The case first, as everybody else takes it.
  const before = message ? await standingSame(tx, holder.personId, asked) : null;
  if (before?.caseId) await lockCase(tx, before.caseId);
  await oneAtATime(tx, holder.personId);
  const standing = await standingSame(tx, holder.personId, asked);
  if (standing && !message) return ok(standing.stored);
  const known = await knownForm(tx, idempotencyKey);
  if (known && known.bodySha256 !== bodySha256) return fail("idempotency-mismatch");
  if (known) return ok({ recordId: known.recordId ?? standing?.stored.recordId ?? "", reference: known.reference });
  const row = standing?.caseId ? await lockCase(tx, standing.caseId) : null;
  if (standing && message && row?.subjectId === holder.personId) {
    const added = await sayAgain(tx, row, message);
    return added.ok ? ok(standing.stored) : added;
  }
  const made = await createCase(tx, {
    ...{ kind, channel: "dashboard", subjectId: holder.personId, idempotencyKey, bodySha256 },
  });
  if (!made) return fail("conflict");
  const { caseId, reference } = made;
  if (message) await addMessage(tx, { caseId, subjectId: holder.personId, author: "subject", text: message });
  if (standing) {
    // What a browser's signal said has no request, and what another of their account said is in none of theirs: the words have one.
    await acknowledge(tx, { caseId, reference, kind, subject });
    return ok({ recordId: standing.stored.recordId, reference });
  }
  const { recordIds } = await beginLimits(tx, {
    ...{ caseId, reference, kind, subject, purposes: [purpose], system, basis: asked.basis, by: "account" },
  });
  return ok({ recordId: recordIds[0] ?? "", reference });
}

/** A message in the request of what stands already; a form that was sent twice says it once. */
async function sayAgain(tx: Tx, asked: CaseRow, message: string): Promise<Result<unknown>> {
  const row = await answeringCase(tx, asked);
  const [last] = await tx.db
    .select({ id: caseMessages.id, author: caseMessages.author, body: caseMessages.body })
    .from(caseMessages)
    .where(eq(caseMessages.caseId, row.id))
    .orderBy(desc(caseMessages.id))
    .limit(1);
  if (last?.author === "subject" && (await openBody(tx, last.id, row.subjectId, last.body)) === message)
    return ok(null);
  return followUp(tx, row, { text: message });
}

async function standingSame(
  tx: Tx,
  personId: string,
  { kind, purpose, system, basis }: NewLimit,
): Promise<{ stored: StoredLimit; caseId: string | null } | null> {
  const [found] = await tx.db
    .select({ recordId: processingRecords.id, caseId: processingRecords.caseId, reference: cases.reference })
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
  if (!found) return null;
  const { caseId, ...stored } = found;
  return { stored, caseId };
}

/** The request that a form with this key began before. */
async function knownForm(tx: Tx, idempotencyKey: string) {
  const [row] = await tx.db
    .select({ reference: cases.reference, bodySha256: cases.bodySha256, recordId: processingRecords.id })
    .from(cases)
    .leftJoin(processingRecords, eq(processingRecords.caseId, cases.id))
    .where(eq(cases.idempotencyKey, idempotencyKey));
  return row ?? null;
}
