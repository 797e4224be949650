import { recordAudit } from "../audit/record";
import { caseClocks, cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId, newReference } from "../ids";
import type { AskedUses } from "../processing/asked-uses";
import { type CaseKind, clocksFor } from "./clocks";
import { type Contact, contactHash, sealContact } from "./contact";
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
  /** Left out: yes. No when no confirmation of receipt goes out, so that the ten days for it run. */
  confirmed?: boolean;
  /** How it came, where a colleague wrote it down. */
  how?: string;
  /** Name and address of whoever asks without an account; kept sealed. */
  contact?: Contact;
  /** They ask for somebody else: two cases of theirs are not one person's. */
  byAgent?: boolean;
  /** What an objection or a restriction is to stop, once it is known whose it is. */
  askedUses?: AskedUses | null;
};

/**
 * The rows that every case begins with: the case, its clocks from the database's time (R14), the
 * first timeline event, the audit entry.
 * @returns null when the idempotency key was used, or the person has an open deletion already
 */
export async function createCase(tx: Tx, input: NewCase): Promise<{ caseId: string; reference: string } | null> {
  const caseId = newId();
  const { contact } = input;
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
      contact: contact ? sealContact(caseId, contact) : null,
      contactHash: contact?.email && !input.byAgent ? contactHash(contact.email) : null,
      idempotencyKey: input.idempotencyKey ?? null,
      bodySha256: input.bodySha256 ?? null,
      receivedAt,
      askedUses: input.askedUses ?? null,
    })
    .onConflictDoNothing();
  if (made.count === 0) return null;
  await tx.db.insert(caseClocks).values(
    clocksFor(input.kind, receivedAt).map((clock) => ({
      id: newId(),
      caseId,
      ...clock,
      // The confirmation that these ten days ask for goes out in this very transaction.
      stoppedAt: clock.rule === "ccpa-10bd" && input.confirmed !== false ? tx.now : null,
    })),
  );
  const how: Record<string, string> = input.how ? { how: input.how } : {};
  await recordEvent(tx, {
    caseId,
    type: "case.received",
    detail: { kind: input.kind, channel: input.channel, ...how },
  });
  await recordAudit(tx, {
    action: "case.received",
    object: { type: "case", id: caseId },
    payload: { kind: input.kind, scope: input.scope ?? "person", channel: input.channel, ...how },
  });
  return { caseId, reference };
}
