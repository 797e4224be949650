import { and, eq, isNull, sql } from "drizzle-orm";
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
 * never on oneself; one after the other, and by nobody who was disabled meanwhile, so that one officer always remains.
 */
export async function disableStaff(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<Result<{ casesReturned: number }, Failure>> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { staffId } = parsed.data;
  if (staffId === actor.staffId) return fail("own-access");
  return withPower(ctx, async (tx) => {
    // Two officers who disable each other at once would both still be here in each other's eyes.
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended('staff.disabled', 0))`);
    const [own] = await tx.db
      .select({ role: staff.role, disabledAt: staff.disabledAt })
      .from(staff)
      .where(eq(staff.id, actor.staffId));
    if (!own || own.disabledAt || own.role !== "officer") return fail("not-allowed");
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
