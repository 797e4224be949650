import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { notices } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { withNotice } from "./with-notice";

const input = z.object({ noticeId: z.uuid() });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/**
 * Goes on after a pause. When the mailing had stopped itself, resuming says that an officer looked at the
 * bounces and complaints so far; only further ones can stop it again.
 */
export async function resumeNotice(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, Reasons>> {
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { noticeId } = parsed.data;
  return withNotice(ctx, noticeId, async (tx, notice) => {
    if (!notice.pausedAt || notice.stoppedAt) return fail("already-done");
    const [counts] = await tx.db.execute<{ handed: string; bounced: string; complained: string }>(sql`
      select (select coalesce(sum(size), 0) from notice_batches
              where notice_id = ${noticeId} and sent_at is not null)::text as handed,
             (count(*) filter (where state = 'bounced'))::text as bounced,
             (count(*) filter (where state = 'complained'))::text as complained
      from notice_recipients where notice_id = ${noticeId} and state in ('bounced', 'complained')`);
    const base = {
      handedBase: Number(counts?.handed ?? 0),
      bouncedBase: Number(counts?.bounced ?? 0),
      complainedBase: Number(counts?.complained ?? 0),
    };
    await tx.db
      .update(notices)
      .set({ pausedAt: null, pauseReason: null, restUntil: null, ...base })
      .where(eq(notices.id, noticeId));
    await recordAudit(tx, {
      action: "notice.resumed",
      object: { type: "notice", id: noticeId },
      payload: { after: notice.pauseReason, ...base },
    });
    await enqueue(tx, "notice.deliver", { noticeId });
    return ok(null);
  });
}
