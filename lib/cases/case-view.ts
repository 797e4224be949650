import type { caseClocks, cases, deletions, packages } from "../db/schema";
import { openPause, type Pause } from "./clock-course";
import { type CaseKind, type ClockRule, hoursLeft } from "./clocks";
import { type CaseStatus, statusOf } from "./status";

/** Views hold plain values, instants as ISO strings, so that a page can hand them to any component. */
export type ClockView = {
  rule: ClockRule;
  startedAt: string;
  dueAt: string;
  stoppedAt: string | null;
  /** Since when it stands still, waiting for proof of identity; null while it runs. */
  pausedSince: string | null;
  /** When it was given more time, with reasons sent. */
  extendedAt: string | null;
  /** Unrounded; negative once missed; at the stop for a clock that stopped. */
  hoursLeft: number;
};

export type PackageView = {
  packageId: string;
  scope: "person" | "company";
  requestedAt: string;
  readyAt: string | null;
  failedAt: string | null;
  stoppedAt: string | null;
  notBefore: string | null;
  expiresAt: string | null;
  removedAt: string | null;
  /** Since when it lies there whole and waits for staff to look at it. */
  heldAt: string | null;
  bytes: number | null;
  parts: number;
  sha256: string | null;
};

export type DeletionView = {
  scope: "person" | "company";
  requestedAt: string;
  graceEndsAt: string;
  cancelledAt: string | null;
  expiredAt: string | null;
  /** When staff decided it before the engine began: it does not go on by itself. */
  decidedAt: string | null;
  begunAt: string | null;
  carriedOutAt: string | null;
  /** Once nothing is kept back any more. */
  endedAt: string | null;
};

export type CaseSummary = {
  id: string;
  reference: string;
  kind: CaseKind;
  scope: "person" | "company";
  channel: "dashboard" | "public-form" | "mail" | "staff";
  receivedAt: string;
  closedAt: string | null;
  decision: "approved" | "partly" | "declined" | "completed" | "cancelled" | null;
  revision: number;
  status: CaseStatus;
  /** Reference of the older case that answers this one too. */
  mergedInto: string | null;
  /** The earliest running deadline; null when none runs. */
  nextClock: ClockView | null;
};

type Row = typeof cases.$inferSelect;
export const iso = (at: Temporal.Instant | null | undefined): string | null => at?.toString() ?? null;

export function clockView(row: typeof caseClocks.$inferSelect, now: Temporal.Instant): ClockView {
  return {
    rule: row.rule,
    startedAt: row.startedAt.toString(),
    dueAt: row.dueAt.toString(),
    stoppedAt: iso(row.stoppedAt),
    pausedSince: row.stoppedAt ? null : (openPause(row.pauses as Pause[])?.from ?? null),
    extendedAt: iso(row.extendedAt),
    hoursLeft: hoursLeft(row.dueAt, row.stoppedAt ?? now),
  };
}

export function packageView(row: typeof packages.$inferSelect, parts = 0): PackageView {
  return {
    packageId: row.id,
    scope: row.scope,
    requestedAt: row.requestedAt.toString(),
    readyAt: iso(row.readyAt),
    failedAt: iso(row.failedAt),
    stoppedAt: iso(row.stoppedAt),
    notBefore: iso(row.notBefore),
    expiresAt: iso(row.expiresAt),
    removedAt: iso(row.removedAt),
    heldAt: iso(row.heldAt),
    bytes: row.bytes,
    parts,
    sha256: row.sha256,
  };
}

export function deletionView(row: typeof deletions.$inferSelect): DeletionView {
  return {
    scope: row.scope,
    requestedAt: row.requestedAt.toString(),
    graceEndsAt: row.graceEndsAt.toString(),
    cancelledAt: iso(row.cancelledAt),
    expiredAt: iso(row.expiredAt),
    decidedAt: iso(row.decidedAt),
    begunAt: iso(row.begunAt),
    carriedOutAt: iso(row.carriedOutAt),
    endedAt: iso(row.endedAt),
  };
}

export function summaryOf(
  row: Row,
  clocks: ClockView[],
  parts: { package: PackageView | null; deletion: DeletionView | null; mergedInto: string | null },
  now: Temporal.Instant,
): CaseSummary {
  const running = clocks.filter((clock) => clock.stoppedAt === null && clock.pausedSince === null);
  return {
    id: row.id,
    reference: row.reference,
    kind: row.kind,
    scope: row.scope,
    channel: row.channel,
    receivedAt: row.receivedAt.toString(),
    closedAt: iso(row.closedAt),
    decision: row.decision,
    revision: row.revision,
    status: statusOf(
      {
        kind: row.kind,
        decision: row.decision,
        awaitingSubject: row.awaitingSubjectAt !== null,
        // A reply was given and none is owed: a later message starts that clock again.
        answered: row.answeredAt !== null && !running.some((clock) => clock.rule === "policy-72h"),
        ...parts,
      },
      now.toString(),
    ),
    mergedInto: parts.mergedInto,
    nextClock: running.toSorted((a, b) => a.hoursLeft - b.hoursLeft)[0] ?? null,
  };
}
