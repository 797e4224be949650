import { eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { receipts } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { lockCase } from "./change-case";
import { handOverReceipt } from "./hand-over-receipt";

/**
 * Job: makes the receipt of a deletion that staff carried out by hand and approved, and mails where it lies. Does nothing where there is
 * one, so it may run twice.
 */
export async function makeHandReceipt(ctx: Ctx, { caseId }: { caseId: string }): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const row = await lockCase(tx, caseId);
    const [made] = await tx.db.select({ id: receipts.id }).from(receipts).where(eq(receipts.caseId, caseId)).limit(1);
    if (row && !made && row.decision === "approved") await handOverReceipt(tx, row);
  });
}
