import type { packages } from "../db/schema";

export type PackageRow = typeof packages.$inferSelect;

/** Where a package stands; one of these at any time. */
export type PackageState =
  /** Asked for from a new address or device: begins later, can be stopped (S14). */
  | "waiting"
  | "queued"
  | "writing"
  /** A try did not get through; another one comes by itself. */
  | "retrying"
  /** Written whole; staff look at it before it is handed out. */
  | "checking"
  | "ready"
  | "expired"
  | "failed"
  | "stopped";

export function packageState(row: PackageRow, now: Temporal.Instant): PackageState {
  if (row.stoppedAt) return "stopped";
  if (row.readyAt) {
    const over = row.removedAt || (row.expiresAt && Temporal.Instant.compare(row.expiresAt, now) <= 0);
    return over ? "expired" : "ready";
  }
  if (row.failedAt) return "failed";
  if (row.heldAt) return "checking";
  if (row.notBefore && Temporal.Instant.compare(row.notBefore, now) > 0) return "waiting";
  if (row.failure) return "retrying";
  return row.startedAt ? "writing" : "queued";
}
