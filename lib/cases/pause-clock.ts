import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { caseAt, changeCase } from "./change-case";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { pauseRunning } from "./run-clocks";

export const clockInput = z.object({ caseId: z.uuid(), revision: z.coerce.number().int().min(0) });
export type ClockInput = z.input<typeof clockInput>;

/**
 * Staff asked who somebody is, by letter or in the thread: the GDPR's month stands still until they answer (L1). The policy's
 * promise and the CCPA's clocks run on.
 * @returns `not-ready` when it was not asked promptly, or nothing may pause
 */
export async function pauseClock(ctx: Ctx, input: ClockInput): Promise<Result<null>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = clockInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    if (found.value.closedAt) return fail("already-done");
    const paused = await pauseRunning(tx, caseId, "identity");
    if (paused === 0) return fail("not-ready");
    await changeCase(tx, caseId, { awaitingSubjectAt: tx.now });
    await recordEvent(tx, { caseId, type: "clock.paused", detail: { reason: "identity" } });
    await recordAudit(tx, {
      action: "clock.paused",
      object: { type: "case", id: caseId },
      payload: { clocks: paused, reason: "identity" },
    });
    return ok(null);
  });
}
