import { type Ctx, isSteppedUp } from "../context";
import { type Tx, withTransaction } from "../db/transaction";
import { fail } from "../errors";

/**
 * The transaction of a power: asked first, before any row is looked at, for a proof no older than five minutes (S14).
 * Who may use the power at all, the use case says itself.
 */
export function withPower<R>(
  ctx: Ctx,
  work: (tx: Tx) => Promise<R>,
): Promise<R | { ok: false; reason: "step-up-required" }> {
  return withTransaction<R | { ok: false; reason: "step-up-required" }>(ctx, async (tx) =>
    isSteppedUp(ctx.actor, tx.now) ? work(tx) : fail("step-up-required"),
  );
}
