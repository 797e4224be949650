import { and, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { policyDue } from "../cases/clocks";
import type { Subject } from "../cases/find-subject";
import { recordEvent } from "../cases/record-event";
import { sha256Hex } from "../crypto/hash";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { inWords } from "../in-words";
import { enqueue } from "../jobs/queue";
import { queueMail } from "../mail/queue-mail";
import { usesInWords } from "./asked-uses";
import { systemInWords } from "./extent";
import { type Purpose, useWords } from "./purposes";
import { aboutPerson } from "./standing";
import type { RestrictionBasis } from "./words";

type Limits = {
  caseId: string;
  reference: string;
  kind: "objection" | "restriction";
  subject: Subject;
  /** Null stands for every use. */
  purposes: readonly (Purpose | null)[];
  system: string | null;
  basis: RestrictionBasis | null;
  /** Said in their account, with the link to their address on file, or written down by staff. */
  by: "account" | "link" | "staff";
};

/**
 * Puts what a case asks to stop into effect, in the caller's transaction: one record for each use, an event and a log entry for
 * each, and one mail that says what stopped and what happens next. The caller holds `oneAtATime`, and asked only for what does not
 * stand already. It is owed, so no preference turns the mail off (GDPR 12(3)). What needs no weighing closes by a job.
 */
export async function beginLimits(tx: Tx, limits: Limits): Promise<{ recordIds: string[] }> {
  const { caseId, reference, kind, subject, purposes, system, basis, by } = limits;
  const source = by === "staff" ? "staff" : "person";
  const records = purposes.map((purpose) => ({ id: newId(), purpose }));
  for (const { id, purpose } of records) {
    await recordEvent(tx, { caseId, type: "processing.stopped", detail: { kind, purpose, system } });
    await recordAudit(tx, {
      action: "processing.asked",
      object: { type: "processing", id },
      payload: { kind, purpose, system, basis, source },
    });
  }
  const isForGood = (purpose: Purpose | null) => kind === "objection" && !!purpose && useWords[purpose].unconditional;
  const weighed = purposes.filter((purpose) => !isForGood(purpose));
  const forGood = purposes.filter(isForGood);
  await queueMail(tx, {
    template: "processing-stopped",
    to: subject.email,
    personId: subject.personId,
    props: {
      ...{ reference, kind, by, what: `${usesInWords(purposes)}${systemInWords(system)}` },
      forGood: weighed.length > 0 && forGood.length > 0 ? usesInWords(forGood) : null,
      replyBy: weighed.length > 0 ? inWords(policyDue(tx.now), subject.timeZone) : null,
    },
    idempotencyKey: `processing-stopped-${sha256Hex(records.map(({ id }) => id).join())}`,
  });
  await recordEvent(tx, { caseId, type: "case.acknowledged" });
  if (weighed.length === 0) await enqueue(tx, "processing.tend", {});
  // Last: its history takes a lock that everybody's changes wait for.
  await tx.db.insert(processingRecords).values(
    records.map(({ id, purpose }) => ({
      ...{ id, kind, personId: subject.personId, caseId, purpose, system, basis },
      ...{ source: source as "person" | "staff", askedAt: tx.now, inEffectFrom: tx.now },
    })),
  );
  return { recordIds: records.map(({ id }) => id) };
}

/** Which of some uses a person has stopped already, on the same footing. */
export async function alreadyStopped(
  tx: Tx,
  personId: string,
  { kind, system, basis }: Pick<Limits, "kind" | "system" | "basis">,
): Promise<Set<Purpose | null>> {
  const rows = await tx.db
    .select({ purpose: processingRecords.purpose })
    .from(processingRecords)
    .where(
      and(
        ...[aboutPerson(personId), eq(processingRecords.kind, kind)],
        basis ? eq(processingRecords.basis, basis) : isNull(processingRecords.basis),
        system ? eq(processingRecords.system, system) : isNull(processingRecords.system),
        isNull(processingRecords.endedAt),
      ),
    );
  return new Set(rows.map(({ purpose }) => purpose));
}
