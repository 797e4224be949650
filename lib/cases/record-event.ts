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
  | "case.passed-on"
  | "message.received"
  | "reply.sent"
  | "note.added"
  | "package.requested"
  | "package.ready"
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
  | "deletion.continued";

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
