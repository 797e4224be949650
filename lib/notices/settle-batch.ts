import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withOfficer } from "../auth/with-officer";
import type { Ctx } from "../context";
import { noticeBatches } from "../db/schema";
import { timestamptz } from "../db/types";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { lockNotice } from "./claim-batch";

const input = z.object({ batchId: z.uuid(), decision: z.enum(["count-as-sent", "send-again"]) });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/**
 * An officer's answer to a batch whose outcome nobody knows (R5), after looking at the mail service's own
 * list: it went out, or it did not and goes out again under a new key. Nobody else may decide that.
 */
export async function settleBatch(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, Reasons>> {
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { batchId, decision } = parsed.data;
  return withOfficer(ctx, async (tx, officer) => {
    const [found] = await tx.db.select().from(noticeBatches).where(eq(noticeBatches.id, batchId));
    const notice = found ? await lockNotice(tx, found.noticeId) : null;
    if (!found || !notice) return fail("not-found");
    const [batch] = await tx.db.select().from(noticeBatches).where(eq(noticeBatches.id, batchId)).for("update");
    if (!batch?.failedAt || batch.sentAt || !batch.body || notice.stoppedAt) return fail("already-done");
    const settledBy = officer.staffId;
    if (decision === "count-as-sent") {
      await tx.db
        .update(noticeBatches)
        .set({ sentAt: tx.now, failedAt: null, body: null, settledBy })
        .where(eq(noticeBatches.id, batchId));
      // The last moment at which it can have gone out.
      await tx.db.execute(sql`
        update notice_recipients set state = 'sent', sent_at = ${timestamptz(batch.failedAt)}
        where batch_id = ${batchId} and state = 'queued'`);
    } else {
      const idempotencyKey = `notice/${batch.noticeId}/${batchId}/${newId()}`;
      await tx.db
        .update(noticeBatches)
        .set({ idempotencyKey, failedAt: null, failure: null, attempts: 0, firstAttemptAt: null, settledBy })
        .where(and(eq(noticeBatches.id, batchId)));
    }
    await recordAudit(tx, {
      action: "notice.batch-settled",
      object: { type: "notice_batch", id: batchId },
      payload: { notice: batch.noticeId, decision, mails: batch.size },
    });
    await enqueue(tx, "notice.deliver", { noticeId: batch.noticeId });
    return ok(null);
  });
}
