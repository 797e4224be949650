import type pg from "pg";
import type { Node } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { no, tableOf } from "./conditions";
import { placeSql, type RowSet } from "./row-sets";

/**
 * Gives columns of rows `t` other values, each SQL, by column.
 * @param following a set of rows, those of which lie elsewhere after this update
 */
export async function updateRows(
  client: pg.ClientBase,
  node: Node,
  values: ReadonlyMap<string, string>,
  where: string,
  following: RowSet | undefined,
): Promise<void> {
  if (values.size === 0 || where === no) return;
  const set = [...values].map(([name, value]) => `${quoted(name)} = ${value}`).join(", ");
  const statement = `update ${tableOf(node)} t set ${set} where ${where}`;
  await client.query(
    following?.key.length === 0
      ? `with u as (${statement} returning ${placeSql(following, "t")}) insert into pg_temp.${following.table} select o, c from u`
      : statement,
  );
}
