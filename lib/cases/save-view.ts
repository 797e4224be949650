import { count, eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { deskViews } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { caseReader } from "./permit";
import { viewQuery } from "./view-query";

/** Views that one colleague keeps. */
const most = 30;

export const saveViewInput = z.object({
  name: z.string().trim().min(1).max(40),
  /** The query of the queue's address. */
  query: z.string().max(500),
});

/** Keeps a view of the queue under a name, for oneself. What in the address leads to a person is left out of it (rule 8). */
export async function saveView(ctx: Ctx, input: z.input<typeof saveViewInput>): Promise<Result<{ viewId: string }>> {
  const reader = caseReader(ctx);
  if (!reader) return fail("not-allowed");
  const parsed = saveViewInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { name } = parsed.data;
  const query = viewQuery(parsed.data.query);

  return withPower(ctx, async (tx) => {
    const [kept] = await tx.db.select({ n: count() }).from(deskViews).where(eq(deskViews.staffId, reader.staffId));
    if ((kept?.n ?? 0) >= most) return fail("too-many");
    const viewId = newId();
    const made = await tx.db
      .insert(deskViews)
      .values({ id: viewId, staffId: reader.staffId, name, query, createdAt: tx.now })
      .onConflictDoNothing();
    if (made.count === 0) return fail("name-taken");
    await recordAudit(tx, {
      action: "view.saved",
      object: { type: "desk-view", id: viewId },
      payload: { fields: [...new URLSearchParams(query).keys()] },
    });
    return ok({ viewId });
  });
}
