import { and, eq, isNotNull, or } from "drizzle-orm";
import { erasureRuns } from "../db/schema";
import type { Tx } from "../db/transaction";

/** Whether an attempt at a deletion came so far that something of it may have lasted, in whichever system. */
export async function mayHaveLasted(tx: Tx, caseId: string): Promise<boolean> {
  const [run] = await tx.db
    .select({ id: erasureRuns.id })
    .from(erasureRuns)
    .where(and(eq(erasureRuns.caseId, caseId), or(isNotNull(erasureRuns.transaction), isNotNull(erasureRuns.progress))))
    .limit(1);
  return run !== undefined;
}
