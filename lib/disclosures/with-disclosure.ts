import { eq } from "drizzle-orm";
import { z } from "zod";
import { withOfficer } from "../auth/with-officer";
import type { Ctx, StaffCtx } from "../context";
import { disclosures } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, type Reason, type Result } from "../errors";

export const disclosureTarget = z.object({ disclosureId: z.uuid() });
export type DisclosureReasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";
export type DisclosureRow = typeof disclosures.$inferSelect;

/** One transaction of an officer on one disclosure, locked. */
export async function withDisclosure<S extends z.ZodType<{ disclosureId: string }>, R extends Reason = never>(
  ctx: Ctx,
  schema: S,
  raw: z.input<S>,
  work: (tx: Tx, row: DisclosureRow, officer: StaffCtx["actor"], input: z.output<S>) => Promise<Result<null, R>>,
): Promise<Result<null, R | DisclosureReasons>> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  return withOfficer<null, R | "not-found">(ctx, async (tx, officer) => {
    const [row] = await tx.db
      .select()
      .from(disclosures)
      .where(eq(disclosures.id, parsed.data.disclosureId))
      .for("update");
    return row ? work(tx, row, officer, parsed.data) : fail("not-found");
  });
}

/** Writes what an officer did to a disclosure. */
export async function changeDisclosure(tx: Tx, id: string, values: Partial<DisclosureRow>): Promise<void> {
  await tx.db.update(disclosures).set(values).where(eq(disclosures.id, id));
}
