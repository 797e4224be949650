import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { randomToken, sha256Hex } from "../crypto/hash";
import { policySubscribers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";
import { openSubscriber } from "./subscriber";

/**
 * Job: writes to whoever asked to subscribe. A new address gets a link that confirms it; one that is confirmed already is
 * told so, with the way out, and the second asking ends here. Run again it changes nothing.
 */
export async function askConfirmation(ctx: Ctx, { subscriberId }: { subscriberId: string }): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(policySubscribers)
      .where(and(eq(policySubscribers.id, subscriberId), isNull(policySubscribers.confirmedAt)))
      .for("update");
    if (!row || row.tokenHash) return;
    const to = openSubscriber(row);
    const idempotencyKey = `subscription/${subscriberId}`;
    const [known] = await tx.db
      .select({ id: policySubscribers.id })
      .from(policySubscribers)
      .where(and(eq(policySubscribers.addressHash, row.addressHash), isNotNull(policySubscribers.confirmedAt)));
    if (known) {
      await tx.db.delete(policySubscribers).where(eq(policySubscribers.id, subscriberId));
      await queueMail(tx, { template: "subscription-known", to, subscriberId: known.id, props: {}, idempotencyKey });
      return;
    }
    const token = randomToken();
    await tx.db
      .update(policySubscribers)
      .set({ tokenHash: sha256Hex(token) })
      .where(eq(policySubscribers.id, subscriberId));
    await queueMail(tx, { template: "subscription-confirm", to, props: { token }, idempotencyKey });
  });
}
