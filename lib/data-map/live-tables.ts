import type pg from "pg";
import { baseTypeSql, domainsSql } from "./domains";
import { keyColumns } from "./identifiers";
import { hidesRows } from "./row-security";

/** A table, or a view, as the live database has it. */
export type LiveTable = {
  oid: string;
  schema: string;
  name: string;
  view: boolean;
  /** Of which table it is a partition or an heir. */
  parent: string | null;
  /** Row security could keep rows from the login that reads. */
  hides: boolean;
  columns: Map<string, Column>;
};
/**
 * `given`: made by the database alone, so that nobody can set it. `needed`: every row has to say it. `base`: the type behind a domain,
 * which the map may say in its stead.
 */
type Column = {
  type: string;
  base: string;
  readable: boolean;
  given: boolean;
  needed: boolean;
  primary: boolean;
  heir?: string;
};

/** Every table; columns that only an heir has are added to its parent's as well. */
export async function liveTables(client: pg.ClientBase, ignored: string[]): Promise<LiveTable[]> {
  type Row = Omit<LiveTable, "columns"> & Omit<Column, "heir"> & { column: string | null };
  const { rows } = await client.query<Row>(
    `with recursive ${domainsSql}
     select c.oid::text as oid, (select i.inhparent::text from pg_inherits i where i.inhrelid = c.oid limit 1) as parent,
            n.nspname as schema, c.relname as name, c.relkind = 'v' as view, a.attname as column,
            format_type(a.atttypid, a.atttypmod) as type,
            ${baseTypeSql("a")} as base, has_column_privilege(c.oid, a.attnum, 'select') as readable,
            a.attgenerated <> '' or a.attidentity = 'a' or c.relkind in ('v', 'm', 'f') as given,
            a.attnotnull and not a.atthasdef and a.attidentity = '' as needed,
            ${hidesRows("c.oid")} as hides,
            exists (select 1 from pg_index x where x.indrelid = c.oid and x.indisprimary and a.attnum = any(${keyColumns("x")})) as primary
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p', 'f', 'm', 'v') and c.relpersistence <> 't'
       and n.nspname not in ('information_schema', 'pg_catalog') and n.nspname not like 'pg\\_toast%' and n.nspname <> all($1)
     order by n.nspname, c.relname, a.attnum`,
    [ignored],
  );
  const tables = new Map<string, LiveTable>();
  for (const { oid, parent, schema, name, view, hides, column, ...rest } of rows) {
    const table = tables.get(oid) ?? { oid, parent, schema, name, view, hides, columns: new Map<string, Column>() };
    tables.set(oid, table);
    if (column !== null) table.columns.set(column, rest);
  }
  const rootOf = (table: LiveTable): LiveTable => {
    let root = table;
    for (let up = 0; root.parent !== null && up < 32; up++) root = tables.get(root.parent) ?? { ...root, parent: null };
    return root;
  };
  for (const table of tables.values()) {
    const root = rootOf(table);
    // A column that only the heir has is named with it: nobody would find it in the parent.
    if (root !== table) {
      for (const [column, found] of table.columns) {
        if (!root.columns.has(column)) root.columns.set(`${column} (of ${table.name})`, { ...found, heir: table.name });
      }
    }
  }
  return [...tables.values()];
}
