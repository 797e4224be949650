import { and, eq, isNull, sql } from "drizzle-orm";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";

/**
 * Whether a case holds an objection or a restriction that nobody has weighed yet (lib/processing), so that it is not decided as a
 * whole. What stops for good waits for nobody.
 */
export async function isWeighedApart(tx: Tx, caseId: string): Promise<boolean> {
  const { id, kind, purpose, endedAt, decidedAt } = processingRecords;
  const isWeighed = sql`(${kind} = 'restriction' or (${kind} = 'objection' and ${purpose} <> 'improvement'))`;
  const [one] = await tx.db
    .select({ id })
    .from(processingRecords)
    .where(and(eq(processingRecords.caseId, caseId), isWeighed, isNull(endedAt), isNull(decidedAt)))
    .limit(1);
  return one !== undefined;
}
