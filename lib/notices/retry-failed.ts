import { sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { isRetriable } from "./freeze-retry";
import { withNotice } from "./with-notice";

const input = z.object({ noticeId: z.uuid() });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/**
 * An officer decides that the mails which failed for a passing reason are tried again; `notice.retry` writes them anew and
 * the delivery goes on. Pressed twice it is done once.
 * @returns `already-done` when nothing is there to try, or the notice was stopped or has not begun
 */
export async function retryFailed(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, Reasons>> {
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { noticeId } = parsed.data;
  return withNotice(ctx, noticeId, async (tx, notice) => {
    if (!notice.startedAt || notice.stoppedAt) return fail("already-done");
    const [counted] = await tx.db.execute<{ mails: number }>(
      sql`select count(*)::int as mails from notice_recipients r where r.notice_id = ${noticeId} and ${isRetriable}`,
    );
    const mails = counted?.mails ?? 0;
    if (mails === 0) return fail("already-done");
    await recordAudit(tx, {
      action: "notice.failed-retried",
      object: { type: "notice", id: noticeId },
      payload: { mails },
    });
    await enqueue(tx, "notice.retry", { noticeId });
    return ok(null);
  });
}
