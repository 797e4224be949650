import { caseEvents } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";

/** Everything that can stand on a case's timeline; components/cases/timeline.tsx has the words. */
export type CaseEventType =
  | "case.received"
  | "case.acknowledged"
  | "case.assigned"
  | "case.unassigned"
  | "case.decided"
  | "case.reopened"
  | "case.appealed"
  | "case.appeal-decided"
  | "case.passed-on"
  | "case.named"
  | "case.snoozed"
  | "case.woken"
  | "case.tagged"
  | "case.merged"
  | "case.took-over"
  | "case.closed-as-spam"
  | "message.received"
  | "message.redacted"
  | "message.withdrawn"
  | "reply.sent"
  | "note.added"
  | "mail.noted"
  | "package.requested"
  | "package.ready"
  | "package.held"
  | "package.looked-at"
  | "package.redacted"
  | "transfer.requested"
  | "transfer.offered"
  | "transfer.arrived"
  | "transfer.failed"
  | "transfer.revoked"
  | "transfer.recalled"
  | "deletion.scheduled"
  | "deletion.cancelled"
  | "deletion.grace-ended"
  | "deletion.carried-out"
  | "deletion.continued"
  | "identity.asked"
  | "identity.reminded"
  | "identity.proved"
  | "identity.lapsed"
  | "identity.disowned"
  | "permission.signed"
  | "permission.withdrawn"
  | "clock.paused"
  | "clock.resumed"
  | "clock.extended"
  | "correction.proposed"
  | "correction.ruled"
  | "correction.approved"
  | "correction.declined"
  | "correction.applied"
  | "correction.held-up"
  | "address.planned"
  | "address.proved"
  | "address.stopped"
  | "address.expired"
  | "address.taken"
  | "processing.noted"
  | "processing.stopped"
  | "processing.decided"
  | "processing.excepted"
  | "processing.lift-announced"
  | "processing.lift-kept"
  | "processing.ended";

export type EventDetail = Record<string, string | number | boolean | null>;

/**
 * Puts one event on the timeline, in the transaction of what happened.
 * @param event.detail ids, keys and counts only; no address, name or text (S31)
 */
export async function recordEvent(
  tx: Tx,
  event: { caseId: string; type: CaseEventType; detail?: EventDetail; internal?: boolean },
): Promise<void> {
  const { actor } = tx.ctx;
  await tx.db.insert(caseEvents).values({
    id: newId(),
    caseId: event.caseId,
    type: event.type,
    actorKind: actor.kind,
    staffId: actor.kind === "staff" ? actor.staffId : null,
    detail: event.detail ?? {},
    visibleToSubject: !event.internal,
    at: tx.now,
  });
}
