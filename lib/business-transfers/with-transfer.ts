import { eq } from "drizzle-orm";
import { z } from "zod";
import { withOfficer } from "../auth/with-officer";
import type { Ctx, StaffCtx } from "../context";
import { businessTransfers } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, type Reason, type Result } from "../errors";

export const transferTarget = z.object({ transferId: z.uuid() });
export type TransferReasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";
export type TransferRow = typeof businessTransfers.$inferSelect;

/** One transaction of an officer on one business transfer, locked. */
export async function withTransfer<S extends z.ZodType<{ transferId: string }>, R extends Reason = never>(
  ctx: Ctx,
  schema: S,
  raw: z.input<S>,
  work: (tx: Tx, row: TransferRow, officer: StaffCtx["actor"], input: z.output<S>) => Promise<Result<null, R>>,
): Promise<Result<null, R | TransferReasons>> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  return withOfficer<null, R | "not-found">(ctx, async (tx, officer) => {
    const [row] = await tx.db
      .select()
      .from(businessTransfers)
      .where(eq(businessTransfers.id, parsed.data.transferId))
      .for("update");
    return row ? work(tx, row, officer, parsed.data) : fail("not-found");
  });
}

/** Writes what an officer did to a business transfer. */
export async function changeTransfer(tx: Tx, id: string, values: Partial<TransferRow>): Promise<void> {
  await tx.db.update(businessTransfers).set(values).where(eq(businessTransfers.id, id));
}
