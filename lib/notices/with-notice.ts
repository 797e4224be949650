import { withOfficer } from "../auth/with-officer";
import type { Ctx } from "../context";
import type { notices } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, type Reason, type Result } from "../errors";
import { lockNotice } from "./claim-batch";

/** One transaction of an officer on one notice, locked: what pausing, resuming and stopping begin with. */
export function withNotice<R extends Reason>(
  ctx: Ctx,
  noticeId: string,
  work: (tx: Tx, notice: typeof notices.$inferSelect) => Promise<Result<null, R>>,
): Promise<Result<null, R | "not-allowed" | "step-up-required" | "not-found">> {
  return withOfficer<null, R | "not-found">(ctx, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    return notice ? work(tx, notice) : fail("not-found");
  });
}
