import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { caseAt } from "./change-case";
import { caseWorker } from "./permit";
import { decidedStill, reopenRow } from "./reopen";
import { openAppealOf } from "./review-appeal";

export const reopenCaseInput = z.object({ caseId: z.uuid(), revision: z.coerce.number().int().min(0) });
export type ReopenCaseInput = z.input<typeof reopenCaseInput>;

/**
 * Takes a decision back. A staff power, so it needs a fresh step-up (S14). Also that of a deletion which a message opened again:
 * it does not go on before that.
 * @returns `passed-on` for what a company has and nothing of which lies here any more
 */
export async function reopenCase(ctx: Ctx, input: ReopenCaseInput): Promise<Result<null>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = reopenCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    const decided = await decidedStill(tx, caseId);
    if (!row.closedAt && !decided) return fail("already-done");
    if (decided && (await openAppealOf(tx, caseId))) return fail("officer-only");
    const reopened = await reopenRow(tx, row, "staff");
    if (!reopened.ok) return reopened;
    await recordAudit(tx, {
      action: "case.reopened",
      object: { type: "case", id: caseId },
      payload: { was: row.decision },
    });
    return ok(null);
  });
}
