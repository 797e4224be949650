import { eq } from "drizzle-orm";
import { z } from "zod";
import { withOfficer } from "../auth/with-officer";
import type { Ctx, StaffCtx } from "../context";
import { legalHolds } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, type Reason, type Result } from "../errors";
import type { HoldRow } from "./sealed-words";

export const holdTarget = z.object({ holdId: z.uuid() });
/** Staff's words on why; they are sealed. */
export const holdReason = z.string().trim().min(10, "Say why in a sentence.").max(2000, "At most 2,000 characters.");

export type HoldReasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/** One transaction of an officer on one hold, locked. */
export async function withHold<S extends z.ZodType<{ holdId: string }>, R extends Reason = never>(
  ctx: Ctx,
  schema: S,
  raw: z.input<S>,
  work: (tx: Tx, hold: HoldRow, officer: StaffCtx["actor"], input: z.output<S>) => Promise<Result<null, R>>,
): Promise<Result<null, R | HoldReasons>> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  return withOfficer<null, R | "not-found">(ctx, async (tx, officer) => {
    const [hold] = await tx.db.select().from(legalHolds).where(eq(legalHolds.id, parsed.data.holdId)).for("update");
    return hold ? work(tx, hold, officer, parsed.data) : fail("not-found");
  });
}

/** Writes what an officer did to a hold. */
export async function changeHold(tx: Tx, holdId: string, values: Partial<HoldRow>): Promise<void> {
  await tx.db.update(legalHolds).set(values).where(eq(legalHolds.id, holdId));
}
