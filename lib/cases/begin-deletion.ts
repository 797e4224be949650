import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import { deletions } from "../db/schema";
import { canErase } from "../erasure/erase-subject";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { caseAt } from "./change-case";
import { caseWorker } from "./permit";
import { openAppealOf } from "./review-appeal";

export const beginDeletionInput = z.object({ caseId: z.uuid(), revision: z.coerce.number().int().min(0) });

type Reasons =
  | "not-allowed"
  | "step-up-required"
  | "invalid-input"
  | "not-found"
  | "conflict"
  | "already-done"
  | "not-ready"
  | "officer-only";

/**
 * Has the engine look again at a deletion that waited for something to be settled, and begin when it is. It would by itself within
 * the hour; staff who settled it with the person need not wait.
 */
export async function beginDeletion(ctx: Ctx, raw: z.input<typeof beginDeletionInput>): Promise<Result<null, Reasons>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = beginDeletionInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision } = parsed.data;
  return withPower<Result<null, Reasons>>(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found as Result<null, Reasons>;
    const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, caseId));
    if (!deletion || deletion.cancelledAt || deletion.begunAt || found.value.closedAt) return fail("already-done");
    if (!deletion.expiredAt || deletion.decidedAt || !canErase(dataMap())) return fail("not-ready");
    if (await openAppealOf(tx, caseId)) return fail("officer-only");
    await enqueue(tx, "deletion.carry-out", { caseId });
    await recordAudit(tx, { action: "deletion.looked-at-again", object: { type: "case", id: caseId } });
    return ok(null);
  });
}
