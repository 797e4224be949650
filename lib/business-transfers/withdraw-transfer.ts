import type { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { changeTransfer, type TransferReasons, transferTarget, withTransfer } from "./with-transfer";

/**
 * The transfer does not happen, or its text was wrong. One that was published stays on the public page and says so; people are told
 * with the withdrawal of the version that announced it.
 */
export function withdrawTransfer(
  ctx: Ctx,
  raw: z.input<typeof transferTarget>,
): Promise<Result<null, TransferReasons>> {
  return withTransfer<typeof transferTarget, "already-done">(ctx, transferTarget, raw, async (tx, row, officer) => {
    if (row.withdrawnAt || Temporal.Instant.compare(row.happensAt, tx.now) <= 0) return fail("already-done");
    await changeTransfer(tx, row.id, { withdrawnBy: officer.staffId, withdrawnAt: tx.now });
    await recordAudit(tx, {
      action: "business-transfer.withdrawn",
      object: { type: "business_transfer", id: row.id },
      payload: { wasPublished: row.publishedAt !== null },
    });
    return ok(null);
  });
}
