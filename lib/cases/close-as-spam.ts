import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { caseAt } from "./change-case";
import { endCase } from "./end-case";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { openAppealOf } from "./review-appeal";

export const closeAsSpamInput = z.object({ caseId: z.uuid(), revision: z.coerce.number().int().min(0) });

/**
 * Closes a question that asks nothing, without a word: an answer would go to whoever's address stands in it. Only questions
 * from outside whose sender has no account here; a request by somebody known always gets its answer (L2).
 */
export async function closeAsSpam(ctx: Ctx, input: z.input<typeof closeAsSpamInput>): Promise<Result<null>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = closeAsSpamInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    if (row.closedAt) return fail("already-done");
    const outside = row.channel === "public-form" || row.channel === "mail";
    if (row.kind !== "inquiry" || row.subjectId || !outside) return fail("not-spam");
    if (await openAppealOf(tx, caseId)) return fail("not-spam");
    const ending = { decision: "declined", decidedBy: worker.staffId, declineGround: "spam" } as const;
    await endCase(tx, row, { ...ending, answers: false });
    await recordEvent(tx, { caseId, type: "case.closed-as-spam", internal: true });
    await recordAudit(tx, { action: "case.closed-as-spam", object: { type: "case", id: caseId } });
    return ok(null);
  });
}
