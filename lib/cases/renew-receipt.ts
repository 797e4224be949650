import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { makeReceipt } from "../erasure/make-receipt";

/** Job: another edition of a receipt once a provider answered; the address in the person's mail shows it. Safe to run twice. */
export async function renewReceipt(ctx: Ctx, { caseId }: { caseId: string }): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    // Without a first edition nothing was carried out yet, and the first will hold the answer.
    await makeReceipt(tx, caseId);
  });
}
