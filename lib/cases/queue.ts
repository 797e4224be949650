import { and, asc, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { cases, caseTags, deletions, staff } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { iso } from "./case-view";
import { caseReader } from "./permit";
import { presentAt } from "./presence";
import { readCursor, writeCursor } from "./queue-cursor";
import {
  countedTo,
  dueOrNever,
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

/** A line of the queue: of a person it shows nothing, so that running through the list is no look at anybody's record. */
export type QueueRow = CaseWithParts & {
  assignedTo: { staffId: string; name: string } | null;
  snoozedUntil: string | null;
  tags: string[];
  /** Names of colleagues who have it open just now, besides whoever looks. */
  openWith: string[];
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
      next: backwards || more ? cursorAt(page.at(-1)) : null,
      previous: (backwards ? more : from !== null) ? cursorAt(page[0]) : null,
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

const select = (tx: Tx) => tx.db.select().from(cases);

async function asRows(tx: Tx, found: (typeof cases.$inferSelect)[]): Promise<QueueRow[]> {
  const views = await summaries(tx, found);
  const ids = found.map(({ id }) => id);
  const tags = ids.length > 0 ? await tx.db.select().from(caseTags).where(inArray(caseTags.caseId, ids)) : [];
  const assignees = new Set(found.flatMap(({ assignedTo }) => assignedTo ?? []));
  const names =
    assignees.size > 0
      ? await tx.db
          .select({ id: staff.id, name: staff.displayName })
          .from(staff)
          .where(inArray(staff.id, [...assignees]))
      : [];
  const present = await presentAt(tx, ids);
  return found.map((row, index): QueueRow => {
    const { assignedTo } = row;
    return {
      ...(views[index] as CaseWithParts),
      assignedTo: assignedTo
        ? { staffId: assignedTo, name: names.find(({ id }) => id === assignedTo)?.name ?? "" }
        : null,
      snoozedUntil: iso(row.snoozedUntil),
      tags: tags
        .filter(({ caseId }) => caseId === row.id)
        .map(({ tag }) => tag)
        .sort(),
      openWith: (present.get(row.id) ?? []).map(({ name }) => name),
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
    // In the order of an index, which is then walked to the bound and no further, where a heap of rows would be gathered first.
    const counted = (name: keyof QueueCounts, rows: SQL) =>
      sql`(select count(*)::int from (${rows} limit ${countedTo + 1}) bounded) as ${sql.identifier(name)}`;
    const inOrder = (where: SQL | undefined, key: SQL) =>
      sql`select 1 from ${cases} where ${where} order by ${key}, ${cases.id}`;
    const counts = [
      ...queueStates.map((state) =>
        counted(state, state === "scheduled" ? inGrace : inOrder(stateIs(state, tx.now), sortOf(state).key)),
      ),
      counted("mine", inOrder(and(open, eq(cases.assignedTo, reader.staffId)), dueOrNever)),
      counted("unassigned", inOrder(and(open, isNull(cases.assignedTo)), dueOrNever)),
    ];
    // In this transaction alone: Postgres thinks there are few behind some views, and would gather and sort them all.
    await tx.db.execute(sql`select set_config('enable_bitmapscan', 'off', true)`);
    const [row] = await tx.db.execute<QueueCounts>(sql`select ${sql.join(counts, sql`, `)}`);
    return row ?? none;
  });
}

/** Deletions in their grace period, each looked up among the cases: the same as `scheduled`, from its other end. */
const inGrace = sql`select 1 from ${deletions} d where d.cancelled_at is null and d.decided_at is null and d.expired_at is null
  and (select c.closed_at is null from ${cases} c where c.id = d.case_id) order by d.grace_ends_at, d.case_id`;
