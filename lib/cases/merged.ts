import { asc, eq, inArray, or } from "drizzle-orm";
import { cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { type CaseRow, lockCase } from "./change-case";

/** A case and those that were merged into it. */
export const withMerged = (caseId: string) => or(eq(cases.id, caseId), eq(cases.mergedInto, caseId));

/**
 * Locks what was merged into cases, before the cases themselves: a message that is written in one of them locks it first as well, so
 * that neither waits for the other.
 */
export function lockMerged(tx: Tx, caseIds: string[]): Promise<CaseRow[]> {
  return tx.db.select().from(cases).where(inArray(cases.mergedInto, caseIds)).orderBy(asc(cases.id)).for("update");
}

/** Where a locked case is answered, locked too: itself, or the older that took it over. */
export async function answeringCase(tx: Tx, row: CaseRow): Promise<CaseRow> {
  const older = row.mergedInto && (await lockCase(tx, row.mergedInto));
  return older ? answeringCase(tx, older) : row;
}
