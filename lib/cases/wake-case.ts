import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { caseAt, changeCase } from "./change-case";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";

export const wakeCaseInput = z.object({ caseId: z.uuid(), revision: z.coerce.number().int().min(0) });

/** Brings a case back that was put aside, before its time. */
export async function wakeCase(ctx: Ctx, input: z.input<typeof wakeCaseInput>): Promise<Result<null>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = wakeCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    if (!found.value.snoozedUntil) return fail("already-done");
    await changeCase(tx, caseId, { snoozedUntil: null });
    await recordEvent(tx, { caseId, type: "case.woken", internal: true });
    await recordAudit(tx, { action: "case.woken", object: { type: "case", id: caseId } });
    return ok(null);
  });
}
