import { and, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { changeCase, lockCase } from "../cases/change-case";
import type { Ctx } from "../context";
import { addressChanges, correctionItems } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { endAddressChange } from "./address-links";
import { applyCorrection } from "./apply-correction";

/**
 * Job: applies a change of address once it is proved and its day is over, and gives one up that was not proved in time. Safe to run
 * at any time and again.
 */
export async function settleAddress(ctx: Ctx, { caseId }: { caseId: string }): Promise<void> {
  const isDue = await withTransaction(ctx, async (tx) => {
    const row = await lockCase(tx, caseId);
    const [change] = await tx.db.select().from(addressChanges).where(eq(addressChanges.caseId, caseId));
    if (!row || row.closedAt || !change || change.stoppedAt) return false;
    const isOver = (at: Temporal.Instant) => Temporal.Instant.compare(at, tx.now) <= 0;
    if (!change.provenAt) {
      if (isOver(change.expiresAt)) await endAddressChange(tx, caseId, { why: "expired", from: "time" });
      return false;
    }
    if (!isOver(change.notBefore)) return false;
    const { count } = await tx.db
      .update(correctionItems)
      .set({ decision: "approved", decidedAt: tx.now })
      // What came back from the platform waits for staff.
      .where(
        and(
          eq(correctionItems.caseId, caseId),
          eq(correctionItems.by, "address"),
          isNull(correctionItems.decision),
          isNull(correctionItems.problem),
        ),
      );
    if (count > 0) {
      await changeCase(tx, caseId, {});
      await recordAudit(tx, { action: "address.due", object: { type: "case", id: caseId } });
    }
    return true;
  });
  if (isDue) await applyCorrection(ctx, { caseId });
}
