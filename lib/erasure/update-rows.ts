import type pg from "pg";
import type { Node } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { no, tableOf } from "./conditions";
import { placeSql, type RowSet } from "./row-sets";

/** Other values, each SQL, for columns of rows `t`. */
export type Update = {
  node: Node;
  values: ReadonlyMap<string, string>;
  where: string;
  /** A set of rows, those of which lie elsewhere after this update. */
  following: RowSet | undefined;
};

/**
 * An update as one writes it, and what is to be noted of the rows that it returns.
 * @param name by which they are called
 */
export function updateSql({ node, values, where, following }: Update, name: string) {
  if (values.size === 0 || where === no) return null;
  const set = [...values].map(([column, value]) => `${quoted(column)} = ${value}`).join(", ");
  const statement = `update ${tableOf(node)} t set ${set} where ${where}`;
  if (following?.key.length !== 0) return { statement, noting: null };
  return {
    statement: `${statement} returning ${placeSql(following, "t")}`,
    noting: `insert into pg_temp.${following.table} select o, c from ${name}`,
  };
}

export async function updateRows(client: pg.ClientBase, update: Update): Promise<void> {
  const sql = updateSql(update, "u");
  if (sql) await client.query(sql.noting ? `with u as (${sql.statement}) ${sql.noting}` : sql.statement);
}
