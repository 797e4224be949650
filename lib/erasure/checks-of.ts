import type pg from "pg";
import { isMapped, nameOf, schemasAndNames } from "../data-map/mapped-tables";
import type { System } from "../data-map/types";

/** A check of the database: of these columns of a table, or of the domain of one. */
export type Check = { name: string; columns: string[]; says: string };
export type Checks = ReadonlyMap<string, readonly Check[]>;

/** The checks of each collection, in the order of their names. In one of a domain the column is called `value`. */
export async function checksOf(client: pg.ClientBase, { collections }: System): Promise<Checks> {
  const { rows } = await client.query<Check & { schema: string; table: string }>(
    `with recursive tables as (
       select c.oid, n.nspname as schema, c.relname as table from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${isMapped}),
     domains as (
       select t.schema, t.table, a.attname as column, a.atttypid as type
       from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
       union all select d.schema, d.table, d.column, t.typbasetype from domains d join pg_type t on t.oid = d.type and t.typtype = 'd')
     select t.schema, t.table, k.conname as name, pg_get_expr(k.conbin, k.conrelid) as says,
            array(select a.attname::text from pg_attribute a where a.attrelid = t.oid and a.attnum = any(k.conkey) order by a.attnum) as columns
     from tables t join pg_constraint k on k.contype = 'c' and k.conrelid = t.oid
     union all select d.schema, d.table, k.conname, pg_get_expr(k.conbin, 0), array[d.column::text]
     from domains d join pg_constraint k on k.contype = 'c' and k.contypid = d.type order by name`,
    schemasAndNames(collections),
  );
  const found = Map.groupBy(rows, ({ schema, table }) => nameOf({ schema, name: table }));
  return new Map(collections.map(({ name, table }) => [name, found.get(nameOf(table)) ?? []]));
}
