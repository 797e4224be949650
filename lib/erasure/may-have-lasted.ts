import { and, eq, isNotNull, or } from "drizzle-orm";
import type { Ctx } from "../context";
import { homeSystem } from "../data-map/load";
import { erasureRuns } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { neededEraserUrl } from "./eraser-url";
import { hasLasted } from "./lasting";

/** Whether an attempt at a deletion came so far that something of it may have lasted, in whichever system. */
export async function mayHaveLasted(tx: Tx, caseId: string): Promise<boolean> {
  const [run] = await tx.db
    .select({ id: erasureRuns.id })
    .from(erasureRuns)
    .where(and(eq(erasureRuns.caseId, caseId), or(isNotNull(erasureRuns.transaction), isNotNull(erasureRuns.progress))))
    .limit(1);
  return run !== undefined;
}

/** Whether anything of a deletion lasts in the home system, from which everything else is found. */
export async function homeLasts(ctx: Ctx, caseId: string): Promise<boolean> {
  const home = homeSystem();
  const runs = await withRead(ctx, (tx) =>
    tx.db
      .select()
      .from(erasureRuns)
      .where(and(eq(erasureRuns.caseId, caseId), eq(erasureRuns.system, home.name))),
  );
  // Whatever went in batches lasts, but for the newest one.
  for (const { finishedAt, transaction, progress } of runs)
    if (finishedAt || progress || (transaction && (await hasLasted(neededEraserUrl(home), transaction)))) return true;
  return false;
}
