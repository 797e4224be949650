import { asc, eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { deskViews } from "../db/schema";
import { withRead } from "../db/transaction";
import { caseReader } from "./permit";

export type DeskView = { viewId: string; name: string; query: string };

/** The views that whoever looks keeps, by name. */
export async function myViews(ctx: Ctx): Promise<DeskView[]> {
  const reader = caseReader(ctx);
  if (!reader) return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select()
      .from(deskViews)
      .where(eq(deskViews.staffId, reader.staffId))
      .orderBy(asc(deskViews.name));
    return rows.map(({ id, name, query }) => ({ viewId: id, name, query }));
  });
}
