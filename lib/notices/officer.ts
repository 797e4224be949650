import { withPower } from "../auth/with-power";
import type { Ctx, StaffCtx } from "../context";
import type { Tx } from "../db/transaction";
import { fail, type Reason, type Result } from "../errors";

/** The transaction of a power over a mailing: every one is an officer's, freshly proved (S14). */
export function withOfficer<T, R extends Reason>(
  ctx: Ctx,
  work: (tx: Tx, officer: StaffCtx["actor"]) => Promise<Result<T, R>>,
): Promise<Result<T, R | "not-allowed" | "step-up-required">> {
  return withPower<Result<T, R | "not-allowed" | "step-up-required">>(ctx, async (tx) => {
    const { actor } = ctx;
    return actor.kind === "staff" && actor.role === "officer" ? work(tx, actor) : fail("not-allowed");
  });
}
