import type { StaffRole } from "../context";
import type { AccessPurpose } from "./words";

/** What of a case says why somebody may look at it. */
export type Looked = {
  assignedTo: string | null;
  closedAt: Temporal.Instant | null;
  nextDueAt: Temporal.Instant | null;
};

/** Hours before a deadline from which a case is everybody's. */
const dueHours = 24;

/**
 * The purpose that follows from who looks at what: their own case; an open one that nobody took, or that is due; an auditor's work.
 * Null: they have to say why.
 */
export function impliedPurpose(
  who: { staffId: string; role: StaffRole },
  { assignedTo, closedAt, nextDueAt }: Looked,
  now: Temporal.Instant,
): AccessPurpose | null {
  if (who.role === "auditor") return "audit";
  if (assignedTo === who.staffId) return "assigned";
  if (closedAt !== null) return null;
  if (assignedTo === null) return "due";
  return nextDueAt && Temporal.Instant.compare(nextDueAt, now.add({ hours: dueHours })) < 0 ? "due" : null;
}
