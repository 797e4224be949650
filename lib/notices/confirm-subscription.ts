import { and, eq, isNotNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { type Ctx, systemCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { policySubscribers } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";

type Row = typeof policySubscribers.$inferSelect;

/** The mail's link acts without knowing who clicks: it may do this one thing, whoever holds it. */
const linkCtx = (ctx: Ctx): Ctx => ({ ...systemCtx("link:subscription", ctx.clock), requestId: ctx.requestId });

async function byToken(tx: Tx, token: string): Promise<Row | null> {
  const [row] = await tx.db
    .select()
    .from(policySubscribers)
    .where(eq(policySubscribers.tokenHash, sha256Hex(token)));
  if (!row) return null;
  const until = row.askedAt.add({ hours: config.subscription.confirmHours });
  return row.confirmedAt || Temporal.Instant.compare(tx.now, until) <= 0 ? row : null;
}

/** Whether a token can confirm, before anything is changed: mail scanners follow links. */
export function subscriptionByToken(ctx: Ctx, token: string): Promise<"open" | "confirmed" | null> {
  return withRead(linkCtx(ctx), async (tx) => {
    const row = await byToken(tx, token);
    return row ? (row.confirmedAt ? "confirmed" : "open") : null;
  });
}

/** The second half of the double opt-in: only whoever reads the address's mail comes here. Again is the same. */
export function confirmSubscription(ctx: Ctx, { token }: { token: string }): Promise<Result<null, "not-found">> {
  return withTransaction(linkCtx(ctx), async (tx) => {
    const row = await byToken(tx, token);
    if (!row) return fail("not-found");
    if (row.confirmedAt) return ok(null);
    // Two links of one address: the first that is followed counts, whichever it is.
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${row.addressHash}, 0))`);
    const [known] = await tx.db
      .select({ id: policySubscribers.id })
      .from(policySubscribers)
      .where(and(eq(policySubscribers.addressHash, row.addressHash), isNotNull(policySubscribers.confirmedAt)));
    if (known) return ok(null);
    await tx.db.update(policySubscribers).set({ confirmedAt: tx.now }).where(eq(policySubscribers.id, row.id));
    await recordAudit(tx, { action: "subscription.confirmed", object: { type: "policy_subscriber", id: row.id } });
    return ok(null);
  });
}
