import { and, eq, sql } from "drizzle-orm";
import { cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";

export type CaseRow = typeof cases.$inferSelect;

/** The case, locked until the transaction ends; null when it is missing or not the actor's to change. */
export async function lockCase(tx: Tx, caseId: string): Promise<CaseRow | null> {
  const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId)).for("update");
  return row ?? null;
}

/** A holder's own case, locked; null for a missing and for a foreign one alike (S19). */
export async function lockOwnCase(tx: Tx, reference: string, personId: string): Promise<CaseRow | null> {
  const own = and(eq(cases.reference, reference), eq(cases.subjectId, personId));
  const [row] = await tx.db.select().from(cases).where(own).for("update");
  return row ?? null;
}

/**
 * The case for a staff write, locked. A form that was opened before somebody else's write is refused,
 * so that nobody decides on what they have not seen.
 */
export async function caseAt(tx: Tx, caseId: string, revision: number): Promise<Result<CaseRow>> {
  const row = await lockCase(tx, caseId);
  if (!row) return fail("not-found");
  return row.revision === revision ? ok(row) : fail("conflict");
}

/** Changes a locked case; its revision rises. One that ends is no longer put aside. */
export async function changeCase(tx: Tx, caseId: string, values: Partial<typeof cases.$inferInsert>): Promise<void> {
  await tx.db
    .update(cases)
    .set({ ...values, ...(values.closedAt ? { snoozedUntil: null } : {}), revision: sql`${cases.revision} + 1` })
    .where(eq(cases.id, caseId));
}
