import type pg from "pg";
import type { Held } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import type { Collection } from "../data-map/types";
import type { Catalog } from "../erasure/catalog";
import { all, not } from "../erasure/conditions";
import { type Due, dueSql, waitingSql } from "./due-rows";
import type { Link } from "./links";

/** A condition on rows of a collection. */
export type RowsOf = (due: Due, row: string) => string;
export type Waiting = {
  /** Rows that are due, not held, and nothing that stays points at them. */
  going: RowsOf;
  /** Rows that are due and not held, and have to wait. */
  waiting: RowsOf;
};

const waitingAt = (at: number): string => `tc_retention_waiting_${at}`;
const goingAt = (at: number): string => `tc_retention_going_${at}`;

const placesTable = (name: string): string =>
  `create temporary table ${name} (o oid, c tid) on commit drop; create index on ${name} (c)`;
const isIn = (name: string, row: string): string =>
  `exists (select 1 from pg_temp.${name} m where m.o = ${row}.tableoid and m.c = ${row}.ctid)`;

/** The temporary tables for so many collections. */
export const waitingTables = (count: number): string =>
  Array.from({ length: count }, (_, at) => `${placesTable(waitingAt(at))}; ${placesTable(goingAt(at))}`).join("; ");

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
  const member: RowsOf = (due, row) => isIn(waitingAt(dues.indexOf(due)), row);
  const mayGo: RowsOf = (due, row) => {
    const holding = held(due.collection, row);
    return all(dueSql(due, catalog, row), holding && not(holding));
  };
  const going: RowsOf = (due, row) => all(mayGo(due, row), not(member(due, row)));
  const staying = ({ childCollection }: Link) => {
    const due = dueOf(childCollection);
    return due ? not(going(due, "t")) : null;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const [at, due] of dues.entries()) {
      const { rowCount } = await client.query(
        `insert into pg_temp.${waitingAt(at)} select p.tableoid, p.ctid from ${tableName(due.collection)} p
         where ${all(going(due, "p"), waitingSql(due.collection, links, held, staying))}`,
      );
      if (rowCount) changed = true;
    }
  }
  return { going, waiting: (due, row) => all(mayGo(due, row), member(due, row)) };
}

/**
 * Writes down by their places which rows go: what changes a row that stays moves it, and it must not be taken for another.
 * @returns the condition that a row is one of them
 */
export async function fixGoing(client: pg.ClientBase, dues: readonly Due[], going: RowsOf): Promise<RowsOf> {
  for (const [at, due] of dues.entries())
    await client.query(
      `insert into pg_temp.${goingAt(at)} select p.tableoid, p.ctid from ${tableName(due.collection)} p where ${going(due, "p")}`,
    );
  return (due, row) => isIn(goingAt(dues.indexOf(due)), row);
}
