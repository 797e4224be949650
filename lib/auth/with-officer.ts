import type { Ctx, StaffCtx } from "../context";
import type { Tx } from "../db/transaction";
import { fail, type Reason, type Result } from "../errors";
import { withPower } from "./with-power";

/** The transaction of a power that only an officer has, freshly proved (S14). */
export function withOfficer<T, R extends Reason>(
  ctx: Ctx,
  work: (tx: Tx, officer: StaffCtx["actor"]) => Promise<Result<T, R>>,
): Promise<Result<T, R | "not-allowed" | "step-up-required">> {
  return withPower<Result<T, R | "not-allowed" | "step-up-required">>(ctx, async (tx) => {
    const { actor } = ctx;
    return actor.kind === "staff" && actor.role === "officer" ? work(tx, actor) : fail("not-allowed");
  });
}
