import { and, isNull, lt } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { policySubscribers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";

/** Job: removes askings that nobody confirmed and subscriptions whose time is over (`subscription` of the configuration). */
export async function clearSubscriptions(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const { confirmHours, keep } = config.subscription;
    const asked = tx.now.subtract({ hours: confirmHours });
    await tx.db
      .delete(policySubscribers)
      .where(and(isNull(policySubscribers.confirmedAt), lt(policySubscribers.askedAt, asked)));
    const over = await tx.db.delete(policySubscribers).where(keptFor(policySubscribers.confirmedAt, keep, tx.now));
    if (over.count > 0)
      await recordAudit(tx, {
        action: "subscription.cleared",
        object: { type: "policy_subscriber", id: "all" },
        payload: { ended: over.count, keptFor: keep },
      });
  });
}
