import { recordAudit } from "../audit/record";
import { caseClocks, cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId, newReference } from "../ids";
import { type CaseKind, clocksFor } from "./clocks";
import { recordEvent } from "./record-event";

export type NewCase = {
  kind: CaseKind;
  scope?: "person" | "company";
  channel: (typeof cases.$inferInsert)["channel"];
  subjectId: string | null;
  idempotencyKey?: string;
  bodySha256?: string;
  /** Given when the sender was already told one. */
  reference?: string;
  /** Given when it was received before this transaction. */
  receivedAt?: Temporal.Instant;
  /** Seals the sender's name and address for the row with this id. */
  sealContact?: (caseId: string) => Buffer;
  /** Of that address ({@link contactHash}), so that cases of one sender are found. */
  contactHash?: string;
};

/**
 * The rows that every case begins with: the case, its clocks from the database's time (R14), the
 * first timeline event, the audit entry.
 * @returns null when the idempotency key was used, or the person has an open deletion already
 */
export async function createCase(tx: Tx, input: NewCase): Promise<{ caseId: string; reference: string } | null> {
  const caseId = newId();
  const reference = input.reference ?? newReference();
  const receivedAt = input.receivedAt ?? tx.now;
  const made = await tx.db
    .insert(cases)
    .values({
      id: caseId,
      reference,
      kind: input.kind,
      scope: input.scope ?? "person",
      channel: input.channel,
      subjectId: input.subjectId,
      requesterId: input.subjectId,
      contact: input.sealContact?.(caseId) ?? null,
      contactHash: input.contactHash ?? null,
      idempotencyKey: input.idempotencyKey ?? null,
      bodySha256: input.bodySha256 ?? null,
      receivedAt,
    })
    .onConflictDoNothing();
  if (made.count === 0) return null;
  await tx.db.insert(caseClocks).values(
    clocksFor(input.kind, receivedAt).map((clock) => ({
      id: newId(),
      caseId,
      ...clock,
      // The confirmation that these ten days ask for goes out in this very transaction.
      stoppedAt: clock.rule === "ccpa-10bd" ? tx.now : null,
    })),
  );
  await recordEvent(tx, { caseId, type: "case.received", detail: { kind: input.kind, channel: input.channel } });
  await recordAudit(tx, {
    action: "case.received",
    object: { type: "case", id: caseId },
    payload: { kind: input.kind, scope: input.scope ?? "person", channel: input.channel },
  });
  return { caseId, reference };
}
