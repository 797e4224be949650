import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import { changeCase } from "../cases/change-case";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { cases, staff } from "../db/schema";
import { fail, ok, type Result } from "../errors";

const schema = z.object({ staffId: z.uuid() });

type Failure = "not-allowed" | "not-found" | "invalid-input" | "step-up-required" | "own-access" | "already-done";

/**
 * Ends a colleague's place on the desk at their next request; open cases assigned to them go back to
 * nobody, so that none waits for somebody who cannot come. Officers only, with step-up (S14), and
 * never on oneself, so that one officer always remains.
 */
export async function disableStaff(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<Result<{ casesReturned: number }, Failure>> {
  if (ctx.actor.kind !== "staff" || ctx.actor.role !== "officer") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { staffId } = parsed.data;
  if (staffId === ctx.actor.staffId) return fail("own-access");
  return withPower(ctx, async (tx) => {
    const [known] = await tx.db.select({ disabledAt: staff.disabledAt }).from(staff).where(eq(staff.id, staffId));
    if (!known) return fail("not-found");
    const changed = await tx.db
      .update(staff)
      .set({ disabledAt: tx.now })
      .where(and(eq(staff.id, staffId), isNull(staff.disabledAt)))
      .returning({ id: staff.id });
    if (changed.length === 0) return fail("already-done");
    const returned = await tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(and(eq(cases.assignedTo, staffId), isNull(cases.closedAt)))
      .for("update");
    for (const { id: caseId } of returned) {
      await changeCase(tx, caseId, { assignedTo: null, assignedAt: null });
      await recordEvent(tx, { caseId, type: "case.unassigned", detail: { assignedTo: null }, internal: true });
    }
    await recordAudit(tx, {
      action: "staff.disabled",
      object: { type: "staff", id: staffId },
      payload: { cases: returned.map((row) => row.id) },
    });
    return ok({ casesReturned: returned.length });
  });
}
