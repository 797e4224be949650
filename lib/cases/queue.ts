import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { cases, caseTags, people, staff } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { iso } from "./case-view";
import { openContact } from "./contact";
import { caseReader } from "./permit";
import { readCursor, writeCursor } from "./queue-cursor";
import {
  countedTo,
  filtered,
  ofAddress,
  type QueueFilter,
  type QueueState,
  queueFilter,
  queueStates,
  sortOf,
  stateIs,
} from "./queue-filter";
import { type CaseWithParts, summaries } from "./read-case";

export type QueueRow = CaseWithParts & {
  /** Name or address of the subject, or the sender of a public form. */
  who: string;
  assignedTo: { staffId: string; name: string } | null;
  snoozedUntil: string | null;
  tags: string[];
};

export type QueuePage = { rows: QueueRow[]; next: string | null; previous: string | null };

const pageSize = 50;

/**
 * The desk's list: open cases by their earliest running clock, those put aside by when they come back, closed ones by when
 * they ended. Pages by key in both directions, so that a page costs the same however deep it lies.
 */
export async function deskQueue(ctx: Ctx, filter: QueueFilter = {}): Promise<QueuePage> {
  const reader = caseReader(ctx);
  if (!reader) return { rows: [], next: null, previous: null };
  const asked = queueFilter.parse(filter);
  const [after, before] = [readCursor(asked.cursor), readCursor(asked.before)];
  return withRead(ctx, async (tx) => {
    const { key, newestFirst, of } = sortOf(asked.state);
    const backwards = before !== null && after === null;
    const from = backwards ? before : after;
    const descending = newestFirst !== backwards;
    const found = await select(tx)
      .where(
        and(
          filtered(tx, asked, reader.staffId),
          from
            ? sql`(${key}, ${cases.id}) ${sql.raw(descending ? "<" : ">")} (${from[0]}::timestamptz, ${from[1]}::uuid)`
            : undefined,
        ),
      )
      .orderBy(...(descending ? [desc(key), desc(cases.id)] : [asc(key), asc(cases.id)]))
      .limit(pageSize + 1);
    const page = found.slice(0, pageSize);
    if (backwards) page.reverse();
    const more = found.length > pageSize;
    const cursorAt = (row: typeof cases.$inferSelect | undefined) => {
      const at = row && of(row);
      return row && at ? writeCursor(at, row.id) : null;
    };
    return {
      rows: await asRows(tx, page),
      next: backwards || more ? cursorAt(page.at(-1)?.row) : null,
      previous: (backwards ? more : from !== null) ? cursorAt(page[0]?.row) : null,
    };
  });
}

/** Cases of one address, the newest first: who signs in with it, and public forms sent with it. Never from a link (rule 8). */
export async function casesOfAddress(ctx: Ctx, address: string): Promise<QueueRow[]> {
  if (!caseReader(ctx)) return [];
  return withRead(ctx, async (tx) =>
    asRows(tx, await select(tx).where(ofAddress(address)).orderBy(desc(cases.receivedAt)).limit(pageSize)),
  );
}

const select = (tx: Tx) =>
  tx.db
    .select({ row: cases, assignee: staff.displayName, name: people.name, email: people.email })
    .from(cases)
    .leftJoin(people, eq(people.id, cases.subjectId))
    .leftJoin(staff, eq(staff.id, cases.assignedTo));
type Found = Awaited<ReturnType<typeof select>>[number];

async function asRows(tx: Tx, found: Found[]): Promise<QueueRow[]> {
  const views = await summaries(
    tx,
    found.map(({ row }) => row),
  );
  const ids = found.map(({ row }) => row.id);
  const tags = ids.length > 0 ? await tx.db.select().from(caseTags).where(inArray(caseTags.caseId, ids)) : [];
  return found.map(({ row, assignee, name, email }, index): QueueRow => {
    const contact = openContact(row);
    return {
      ...(views[index] as CaseWithParts),
      who: name ?? email ?? contact?.name ?? contact?.email ?? "",
      assignedTo: row.assignedTo ? { staffId: row.assignedTo, name: assignee ?? "" } : null,
      snoozedUntil: iso(row.snoozedUntil),
      tags: tags
        .filter(({ caseId }) => caseId === row.id)
        .map(({ tag }) => tag)
        .sort(),
    };
  });
}

export type QueueCounts = Record<QueueState, number> & { mine: number; unassigned: number };

/** How many cases each view holds, each counted no further than one beyond `countedTo`. */
export async function queueCounts(ctx: Ctx): Promise<QueueCounts> {
  const reader = caseReader(ctx);
  const none: QueueCounts = {
    ...{ open: 0, overdue: 0, "due-soon": 0, waiting: 0, scheduled: 0, snoozed: 0, closed: 0, mine: 0, unassigned: 0 },
  };
  if (!reader) return none;
  return withRead(ctx, async (tx) => {
    const open = isNull(cases.closedAt);
    const views: [keyof QueueCounts, SQL | undefined][] = [
      ...queueStates.map((state): [QueueState, SQL | undefined] => [state, stateIs(state, tx.now)]),
      ["mine", and(open, eq(cases.assignedTo, reader.staffId))],
      ["unassigned", and(open, isNull(cases.assignedTo))],
    ];
    const counts = views.map(
      ([name, condition]) =>
        sql`(select count(*)::int from (select 1 from ${cases} where ${condition} limit ${countedTo + 1}) bounded) as ${sql.identifier(name)}`,
    );
    const [row] = await tx.db.execute<QueueCounts>(sql`select ${sql.join(counts, sql`, `)}`);
    return row ?? none;
  });
}
