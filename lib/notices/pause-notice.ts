import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { notices } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { withNotice } from "./with-notice";

const input = z.object({ noticeId: z.uuid() });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/** Holds a mailing: the call that is under way ends, no further one begins. Nobody is lost; resume goes on. */
export async function pauseNotice(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, Reasons>> {
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { noticeId } = parsed.data;
  return withNotice(ctx, noticeId, async (tx, notice) => {
    if (notice.pausedAt || notice.stoppedAt || notice.completedAt) return fail("already-done");
    await tx.db
      .update(notices)
      .set({ pausedAt: tx.now, pauseReason: "officer" })
      .where(and(eq(notices.id, noticeId), isNull(notices.pausedAt)));
    await recordAudit(tx, { action: "notice.paused", object: { type: "notice", id: noticeId } });
    return ok(null);
  });
}
