import type { incomingTransfers, transfers } from "../db/schema";

export type TransferRow = typeof transfers.$inferSelect;
export type IncomingRow = typeof incomingTransfers.$inferSelect;

/** Where a transfer stands; one of these at any time. */
export type TransferState = "preparing" | "sending" | "retrying" | "checking" | "arrived" | "failed" | "revoked";

export function transferState(row: TransferRow): TransferState {
  if (row.revokedAt) return "revoked";
  if (row.arrivedAt) return "arrived";
  if (row.failedAt) return "failed";
  if (row.lastFailure) return "retrying";
  if (row.sentAt) return "checking";
  return row.offeredAt ? "sending" : "preparing";
}

export type IncomingState =
  | "receiving"
  | "checking"
  | "waiting"
  | "importing"
  | "imported"
  | "not-imported"
  | "refused"
  | "declined"
  | "withdrawn"
  | "expired";

export function incomingState(row: IncomingRow): IncomingState {
  if (row.importedAt) return "imported";
  if (row.importFailedAt) return "not-imported";
  if (row.withdrawnAt) return "withdrawn";
  if (row.declinedAt) return "declined";
  if (row.refusedAt) return "refused";
  if (row.removedAt) return "expired";
  if (row.acceptedAt) return "importing";
  if (row.verifiedAt) return "waiting";
  return row.completedAt ? "checking" : "receiving";
}
