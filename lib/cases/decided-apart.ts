import { and, eq, isNull, sql } from "drizzle-orm";
import { correctionItems, processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { CaseRow } from "./change-case";

/**
 * Whether parts of a case are still decided one by one, so that it is neither decided as a whole nor merged nor passed on:
 * each value of a correction, each objection and limit. The last part closes the case, but for words that nobody read.
 */
export async function isDecidedApart(tx: Tx, row: CaseRow): Promise<boolean> {
  return (row.kind === "correction" && (await hasOpenValues(tx, row.id))) || isWeighedApart(tx, row.id);
}

async function hasOpenValues(tx: Tx, caseId: string): Promise<boolean> {
  const [open] = await tx.db
    .select({ id: correctionItems.id })
    .from(correctionItems)
    .where(and(eq(correctionItems.caseId, caseId), isNull(correctionItems.settledAt)))
    .limit(1);
  return open !== undefined;
}

/** An objection or a restriction that nobody has weighed yet (lib/processing). What stops for good waits for nobody. */
async function isWeighedApart(tx: Tx, caseId: string): Promise<boolean> {
  const { id, kind, purpose, endedAt, decidedAt } = processingRecords;
  const isWeighed = sql`(${kind} = 'restriction' or (${kind} = 'objection' and ${purpose} <> 'improvement'))`;
  const [one] = await tx.db
    .select({ id })
    .from(processingRecords)
    .where(and(eq(processingRecords.caseId, caseId), isWeighed, isNull(endedAt), isNull(decidedAt)))
    .limit(1);
  return one !== undefined;
}
