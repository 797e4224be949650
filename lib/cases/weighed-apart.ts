import { and, eq, isNull, ne } from "drizzle-orm";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";

/** Whether a case holds an objection or a restriction that nobody has weighed yet (lib/processing), so that it is not decided as a whole. */
export async function isWeighedApart(tx: Tx, caseId: string): Promise<boolean> {
  const { id, kind, endedAt, decidedAt } = processingRecords;
  const [one] = await tx.db
    .select({ id })
    .from(processingRecords)
    .where(and(eq(processingRecords.caseId, caseId), ne(kind, "exception"), isNull(endedAt), isNull(decidedAt)))
    .limit(1);
  return one !== undefined;
}
