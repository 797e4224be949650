import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withOfficer } from "../auth/with-officer";
import type { Ctx } from "../context";
import { noticeExceptions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { lockNotice } from "./claim-batch";
import { refreshGate } from "./refresh-gate";

const input = z.object({ exceptionId: z.uuid() });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done" | "same-person";

/** A second officer's yes to an exception (S15; the database refuses requester = approver). It may open the gate. */
export async function approveException(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, Reasons>> {
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { exceptionId } = parsed.data;
  return withOfficer(ctx, async (tx, officer) => {
    const [found] = await tx.db.select().from(noticeExceptions).where(eq(noticeExceptions.id, exceptionId));
    if (!found || !(await lockNotice(tx, found.noticeId))) return fail("not-found");
    if (found.requestedBy === officer.staffId) return fail("same-person");
    const approved = await tx.db
      .update(noticeExceptions)
      .set({ approvedBy: officer.staffId, approvedAt: tx.now })
      .where(and(eq(noticeExceptions.id, exceptionId), isNull(noticeExceptions.approvedAt)))
      .returning({ id: noticeExceptions.id });
    if (approved.length === 0) return fail("already-done");
    await recordAudit(tx, {
      action: "notice.exception-approved",
      object: { type: "notice", id: found.noticeId },
      payload: { exception: exceptionId, recipients: found.recipients },
    });
    await refreshGate(tx, found.noticeId);
    return ok(null);
  });
}
