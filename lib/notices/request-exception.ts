import { sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withOfficer } from "../auth/with-officer";
import type { Ctx } from "../context";
import { noticeExceptions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { lockNotice } from "./claim-batch";
import { uncovered } from "./refresh-gate";

const input = z.object({ noticeId: z.uuid(), reason: z.string().trim().min(10).max(2000) });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/**
 * Asks for an exception to the notice period for those whom the notice did not reach in time, with the
 * reason. It covers as many recipients as are short of it now, and nothing until a second officer approves.
 */
export async function requestException(
  ctx: Ctx,
  raw: z.input<typeof input>,
): Promise<Result<{ exceptionId: string; recipients: number }, Reasons>> {
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { noticeId, reason } = parsed.data;
  return withOfficer(ctx, async (tx, officer) => {
    const notice = await lockNotice(tx, noticeId);
    if (!notice?.frozenAt) return fail("not-found");
    const recipients = await uncovered(tx, noticeId);
    const [waiting] = await tx.db.execute(
      sql`select 1 from notice_exceptions where notice_id = ${noticeId} and approved_at is null limit 1`,
    );
    if (recipients === 0 || waiting) return fail("already-done");
    const exceptionId = newId();
    await tx.db.insert(noticeExceptions).values({
      id: exceptionId,
      noticeId,
      reason,
      recipients,
      requestedBy: officer.staffId,
      requestedAt: tx.now,
    });
    await recordAudit(tx, {
      action: "notice.exception-requested",
      object: { type: "notice", id: noticeId },
      payload: { exception: exceptionId, recipients },
    });
    return ok({ exceptionId, recipients });
  });
}
