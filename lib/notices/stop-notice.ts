import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { noticeBatches, notices } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { refreshGate } from "./refresh-gate";
import { withNotice } from "./with-notice";

const input = z.object({ noticeId: z.uuid(), reason: z.string().trim().min(3).max(500) });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/**
 * Ends a mailing for good: whoever was not told stays so, and the version cannot take effect without a
 * logged exception. The frozen mails are erased.
 */
export async function stopNotice(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, Reasons>> {
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { noticeId, reason } = parsed.data;
  return withNotice(ctx, noticeId, async (tx, notice) => {
    if (notice.stoppedAt || notice.completedAt) return fail("already-done");
    await tx.db.update(notices).set({ stoppedAt: tx.now, stopReason: reason }).where(eq(notices.id, noticeId));
    await tx.db.update(noticeBatches).set({ body: null }).where(eq(noticeBatches.noticeId, noticeId));
    await recordAudit(tx, { action: "notice.stopped", object: { type: "notice", id: noticeId } });
    await refreshGate(tx, noticeId);
    return ok(null);
  });
}
