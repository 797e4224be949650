import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { caseAt, changeCase } from "./change-case";
import { type ClockInput, clockInput } from "./pause-clock";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { resumePaused } from "./run-clocks";

/** What was waited for has come: paused clocks go on, due as many whole days later as they stood still (L1). */
export async function resumeClock(ctx: Ctx, input: ClockInput): Promise<Result<null>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = clockInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const resumed = await resumePaused(tx, caseId);
    if (resumed === 0) return fail("already-done");
    await changeCase(tx, caseId, { awaitingSubjectAt: null });
    await recordEvent(tx, { caseId, type: "clock.resumed", detail: { by: "staff" } });
    await recordAudit(tx, {
      action: "clock.resumed",
      object: { type: "case", id: caseId },
      payload: { clocks: resumed },
    });
    return ok(null);
  });
}
