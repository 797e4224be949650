import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { changeTransfer, type TransferReasons, transferTarget, withTransfer } from "./with-transfer";

export const approveTransferInput = transferTarget.extend({
  /** The hash of what the officer read. */
  boundTo: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The second officer's yes, bound to the hash of exactly what they read (S15; the database refuses who wrote it). */
export function approveTransfer(
  ctx: Ctx,
  raw: z.input<typeof approveTransferInput>,
): Promise<Result<null, TransferReasons | "same-person" | "conflict">> {
  return withTransfer<typeof approveTransferInput, "same-person" | "already-done" | "conflict">(
    ctx,
    approveTransferInput,
    raw,
    async (tx, row, officer, { boundTo }) => {
      if (row.approvedAt || row.withdrawnAt) return fail("already-done");
      if (row.requestedBy === officer.staffId) return fail("same-person");
      if (row.sha256 !== boundTo) return fail("conflict");
      await changeTransfer(tx, row.id, {
        ...{ approvedBy: officer.staffId, approvedAt: tx.now, approvedSha256: boundTo },
      });
      await recordAudit(tx, {
        action: "business-transfer.approved",
        object: { type: "business_transfer", id: row.id },
        payload: { sha256: boundTo },
      });
      return ok(null);
    },
  );
}
