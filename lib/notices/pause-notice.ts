import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { notices } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { lockNotice } from "./claim-batch";
import { officerOf } from "./officer";

const input = z.object({ noticeId: z.uuid() });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/** Holds a mailing: the call that is under way ends, no further one begins. Nobody is lost; resume goes on. */
export async function pauseNotice(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, Reasons>> {
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { noticeId } = parsed.data;
  return withTransaction(ctx, async (tx) => {
    const officer = officerOf(ctx, tx.now);
    if (!officer.ok) return officer;
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return fail("not-found");
    if (notice.pausedAt || notice.stoppedAt || notice.completedAt) return fail("already-done");
    await tx.db
      .update(notices)
      .set({ pausedAt: tx.now, pauseReason: "officer" })
      .where(and(eq(notices.id, noticeId), isNull(notices.pausedAt)));
    await recordAudit(tx, { action: "notice.paused", object: { type: "notice", id: noticeId } });
    return ok(null);
  });
}
