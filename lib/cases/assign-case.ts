import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { staff } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { caseAt, changeCase } from "./change-case";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { stillOnDesk } from "./still-on-desk";

export const assignCaseInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  /** A staff member; null puts the case back for everybody; left out, it is taken by oneself. */
  to: z.uuid().nullable().optional(),
});
export type AssignCaseInput = z.input<typeof assignCaseInput>;

/** Says who sees to a case. Agents and officers; an auditor cannot be given one. */
export async function assignCase(ctx: Ctx, input: AssignCaseInput): Promise<Result<{ assignedTo: string | null }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = assignCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision } = parsed.data;
  const to = parsed.data.to === undefined ? worker.staffId : parsed.data.to;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    if (found.value.assignedTo === to) return fail("already-done");
    if (to) {
      const [member] = await tx.db.select({ role: staff.role }).from(staff).where(eq(staff.id, to));
      if (!member || member.role === "auditor" || !(await stillOnDesk(tx, to))) return fail("invalid-input");
    }
    await changeCase(tx, caseId, { assignedTo: to, assignedAt: to ? tx.now : null });
    await recordEvent(tx, {
      caseId,
      type: to ? "case.assigned" : "case.unassigned",
      detail: { assignedTo: to },
      internal: true,
    });
    await recordAudit(tx, {
      action: to ? "case.assigned" : "case.unassigned",
      object: { type: "case", id: caseId },
      payload: { assignedTo: to },
    });
    return ok({ assignedTo: to });
  });
}
