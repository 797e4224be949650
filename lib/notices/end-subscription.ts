import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { type Ctx, systemCtx } from "../context";
import { policySubscribers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { readSubscriptionToken } from "../mail/subscription-token";

/** Ends the subscription a link's token names, address and all (S28, RFC 8058). Again is the same. */
export async function endSubscription(ctx: Ctx, { token }: { token: string }): Promise<Result<null, "not-found">> {
  const id = readSubscriptionToken(token);
  if (!id) return fail("not-found");
  return withTransaction({ ...systemCtx("unsubscribe-link", ctx.clock), requestId: ctx.requestId }, async (tx) => {
    const gone = await tx.db.delete(policySubscribers).where(eq(policySubscribers.id, id));
    if (gone.count > 0)
      await recordAudit(tx, { action: "subscription.ended", object: { type: "policy_subscriber", id } });
    return ok(null);
  });
}
