import type pg from "pg";
import type { Held } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import type { Collection } from "../data-map/types";
import type { Catalog } from "../erasure/catalog";
import { all, no, not } from "../erasure/conditions";
import { type Due, dueSql, mayGoSql, waitingSql, waysToWait } from "./due-rows";
import type { Link } from "./links";

/** A condition on rows of a collection. */
export type RowsOf = (due: Due, row: string) => string;
export type Waiting = {
  /** Rows that are due, not held, and nothing that stays points at them. */
  going: RowsOf;
  /** Rows that are due and not held, and have to wait. */
  waiting: RowsOf;
};

const waitingTable = "tc_retention_waiting";
const goingTable = "tc_retention_going";
/** From due rows to due rows that have to wait for them. */
const linkTable = "tc_retention_links";

const isIn = (name: string, row: string): string =>
  `exists (select 1 from pg_temp.${name} m where m.o = ${row}.tableoid and m.c = ${row}.ctid)`;

/** The temporary tables: rows by their places. */
export const waitingTables = [
  ...[waitingTable, goingTable].map(
    (name) => `create temporary table ${name} (o oid, c tid) on commit drop; create index on ${name} (c)`,
  ),
  `create temporary table ${linkTable} (o oid, c tid, to_o oid, to_c tid) on commit drop; create index on ${linkTable} (c)`,
].join("; ");

/**
 * Finds, for several collections at once, which due rows have to wait: those that a row which stays points at by a link it cannot
 * be without, then those that these point at in turn. Writes nothing but {@link waitingTables}.
 */
export async function findWaiting(
  client: pg.ClientBase,
  catalog: Catalog,
  dues: readonly Due[],
  links: readonly Link[],
  held: Held,
): Promise<Waiting> {
  const dueOf = (collection: Collection | null) => dues.find((due) => due.collection === collection);
  const mayGo: RowsOf = (due, row) => mayGoSql(due, catalog, held, row);
  const staying = ({ childCollection }: Link) => {
    const due = dueOf(childCollection);
    return due ? not(mayGo(due, "t")) : null;
  };
  let waiting = 0;
  for (const due of dues) {
    const { rowCount } = await client.query(
      `insert into pg_temp.${waitingTable} select p.tableoid, p.ctid from ${tableName(due.collection)} p
       where ${all(mayGo(due, "p"), waitingSql(due.collection, links, held, mayGo(due, "q"), staying))}`,
    );
    waiting += rowCount ?? 0;
  }
  if (waiting > 0) {
    for (const link of links) {
      const [child, parent] = [dueOf(link.childCollection), dueOf(link.parent)];
      const ways =
        child && parent && waysToWait(link, { child: (row) => mayGo(child, row), parent: (row) => mayGo(parent, row) });
      if (ways)
        await client.query(
          `insert into pg_temp.${linkTable} select t.tableoid, t.ctid, p.tableoid, p.ctid from ${ways.from} where ${ways.where}`,
        );
    }
    await client.query(
      `analyze pg_temp.${waitingTable}; analyze pg_temp.${linkTable};
       insert into pg_temp.${waitingTable}
       with recursive found (o, c) as (
         select o, c from pg_temp.${waitingTable}
         union select l.to_o, l.to_c from found f join pg_temp.${linkTable} l on l.o = f.o and l.c = f.c)
       select o, c from found except select o, c from pg_temp.${waitingTable}`,
    );
  }
  return {
    going: (due, row) => all(mayGo(due, row), not(isIn(waitingTable, row))),
    waiting: (due, row) => all(mayGo(due, row), isIn(waitingTable, row)),
  };
}

/** How many rows of a collection are due: those that go, that are held, and that have to wait. */
export async function countDue(
  client: pg.ClientBase,
  catalog: Catalog,
  due: Due,
  { going, waiting }: Waiting,
  held: Held,
): Promise<{ deleted: number; held: number; waiting: number }> {
  const { rows } = await client.query<{ deleted: number; held: number; waiting: number }>(
    `select count(*) filter (where ${going(due, "p")})::int as deleted,
            count(*) filter (where ${held(due.collection, "p") ?? no})::int as held,
            count(*) filter (where ${waiting(due, "p")})::int as waiting
     from ${tableName(due.collection)} p where ${dueSql(due, catalog, "p")}`,
  );
  return rows[0] ?? { deleted: 0, held: 0, waiting: 0 };
}

/**
 * Writes down by their places which rows go: what changes a row that stays moves it, and it must not be taken for another.
 * @returns the condition that a row is one of them
 */
export async function fixGoing(client: pg.ClientBase, dues: readonly Due[], going: RowsOf): Promise<RowsOf> {
  for (const due of dues)
    await client.query(
      `insert into pg_temp.${goingTable} select p.tableoid, p.ctid from ${tableName(due.collection)} p where ${going(due, "p")}`,
    );
  return (_, row) => isIn(goingTable, row);
}
