import { and, asc, eq, isNull, ne, or, sql } from "drizzle-orm";
import { cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { CaseRow } from "./change-case";

/** Whether the younger of two cases can be answered with the older: open, of one kind and scope, by one person or address. */
export function isDuplicate(one: CaseRow, other: CaseRow): boolean {
  if (one.id === other.id || one.closedAt || other.closedAt) return false;
  if (one.kind !== other.kind || one.scope !== other.scope) return false;
  const samePerson = one.subjectId !== null && one.subjectId === other.subjectId;
  const sameAddress = one.contactHash !== null && one.contactHash === other.contactHash;
  // Who proved themselves is not answered with somebody who only wrote the same address.
  return samePerson || (sameAddress && one.subjectId === null && other.subjectId === null);
}

/** Of two duplicates the one that was received first; ids decide between equals, and rise with time. */
export const isOlder = (one: CaseRow, other: CaseRow): boolean =>
  (Temporal.Instant.compare(one.receivedAt, other.receivedAt) || (one.id < other.id ? -1 : 1)) < 0;

/** What an agent asked for goes to the agent, as long as that is permitted or may be: it is nobody's other request. */
const notByAgent = sql`not exists (select 1 from agent_permissions p where p.case_id = "cases"."id" and p.withdrawn_at is null)`;

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
    .where(and(or(...by), eq(cases.kind, row.kind), isNull(cases.closedAt), ne(cases.id, row.id), notByAgent))
    .orderBy(asc(cases.receivedAt), asc(cases.id))
    .limit(20);
  return found.filter((other) => isDuplicate(row, other));
}
