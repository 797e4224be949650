import { and, asc, eq, isNull, ne, or } from "drizzle-orm";
import { cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { CaseRow } from "./change-case";

/** Whether the younger of two cases can be answered with the older: open, of one kind and scope, by one person or address. */
export function isDuplicate(one: CaseRow, other: CaseRow): boolean {
  if (one.id === other.id || one.closedAt || other.closedAt) return false;
  if (one.kind !== other.kind || one.scope !== other.scope) return false;
  const samePerson = one.subjectId !== null && one.subjectId === other.subjectId;
  const sameAddress = one.contactHash !== null && one.contactHash === other.contactHash;
  // Two people who share an address are two.
  const twoPeople = one.subjectId !== null && other.subjectId !== null && !samePerson;
  return samePerson || (sameAddress && !twoPeople);
}

/** Of two duplicates the one that was received first; ids decide between equals, and rise with time. */
export const isOlder = (one: CaseRow, other: CaseRow): boolean =>
  (Temporal.Instant.compare(one.receivedAt, other.receivedAt) || (one.id < other.id ? -1 : 1)) < 0;

/** Open cases that ask for the same as this one, found by who asked and what for, oldest first. */
export async function duplicatesOf(tx: Tx, row: CaseRow): Promise<CaseRow[]> {
  if (row.closedAt) return [];
  const by = [
    row.subjectId ? eq(cases.subjectId, row.subjectId) : undefined,
    row.contactHash ? eq(cases.contactHash, row.contactHash) : undefined,
  ].filter((one) => one !== undefined);
  if (by.length === 0) return [];
  const found = await tx.db
    .select()
    .from(cases)
    .where(and(or(...by), eq(cases.kind, row.kind), isNull(cases.closedAt), ne(cases.id, row.id)))
    .orderBy(asc(cases.receivedAt), asc(cases.id))
    .limit(20);
  return found.filter((other) => isDuplicate(row, other));
}
