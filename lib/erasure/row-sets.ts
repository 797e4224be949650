import type pg from "pg";
import type { Node } from "../data-map/compile";
import { quoted, tableName } from "../data-map/identifiers";
import type { Catalog } from "./catalog";

/**
 * A temporary table of rows. By a key that an erasure never changes, so that a row which a trigger or a cascade writes anew meanwhile
 * is still the same one; by where it lies (tableoid and ctid) only in tables without such a key.
 */
export type RowSet = { table: string; key: readonly string[] };

/** Types whose values are found again wherever their operators lie. */
const plain =
  /^(smallint|integer|bigint|numeric|uuid|text|character varying|character|bpchar|"char"|name|(.+\.)?citext|date|time.*|bytea|boolean|enum|inet|cidr|macaddr8?|oid|range|multirange)$/;

/** The columns by which rows of a collection are told apart for as long as an erasure takes; none when nothing tells them apart. */
export function keyOf({ columns, uniques }: Catalog, { collection }: Node): readonly string[] {
  const known = columns.get(collection.name);
  const lasts = (name: string) => {
    const column = known?.get(name);
    const isKey = column?.key === true || collection.primaryKey.includes(name);
    return column?.required && isKey && !column.array && plain.test(column.base);
  };
  return uniques.get(collection.name)?.find((set) => set.length > 0 && set.every(lasts)) ?? [];
}

/** SQL of what a set holds of a row. */
export const placeSql = ({ key }: Pick<RowSet, "key">, row: string): string =>
  key.length > 0
    ? key.map((name, at) => `${row}.${quoted(name)} as k${at + 1}`).join(", ")
    : `${row}.tableoid as o, ${row}.ctid as c`;

/** SQL that makes an empty set of rows of a collection. */
export const rowSetSql = ({ table, key }: RowSet, { collection }: Node): string =>
  `create temporary table ${table} as select ${placeSql({ key }, "t")} from ${tableName(collection)} t with no data;
   create index on pg_temp.${table} (${key.length > 0 ? key.map((_, at) => `k${at + 1}`).join(", ") : "c"})`;

/** Whether a row is in a set; null when there is none. */
export const memberOf = (rows: RowSet | undefined, row: string): string | null =>
  rows ? `exists (select 1 from pg_temp.${rows.table} m where ${sameRow(rows, row)})` : null;

const sameRow = ({ key }: RowSet, row: string): string =>
  key.length > 0
    ? key.map((name, at) => `m.k${at + 1} = ${row}.${quoted(name)}`).join(" and ")
    : `m.o = ${row}.tableoid and m.c = ${row}.ctid`;

/** How many rows of a set are there no more; 0 where that cannot be told. */
export async function countGone(client: pg.ClientBase, { collection }: Node, rows: RowSet): Promise<number> {
  if (rows.key.length === 0) return 0;
  const { rows: found } = await client.query<{ gone: number }>(
    `select count(*)::int as gone from pg_temp.${rows.table} m
     where not exists (select 1 from ${tableName(collection)} t where ${sameRow(rows, "t")})`,
  );
  return found[0]?.gone ?? 0;
}
