import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { deskViews } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { caseReader } from "./permit";

export const dropViewInput = z.object({ viewId: z.uuid() });

/** Forgets a view that one kept. */
export async function dropView(ctx: Ctx, input: z.input<typeof dropViewInput>): Promise<Result<null>> {
  const reader = caseReader(ctx);
  if (!reader) return fail("not-allowed");
  const parsed = dropViewInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { viewId } = parsed.data;

  return withPower(ctx, async (tx) => {
    const own = and(eq(deskViews.id, viewId), eq(deskViews.staffId, reader.staffId));
    const gone = await tx.db.delete(deskViews).where(own);
    if (gone.count === 0) return fail("not-found");
    await recordAudit(tx, { action: "view.dropped", object: { type: "desk-view", id: viewId } });
    return ok(null);
  });
}
