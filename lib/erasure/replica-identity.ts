import type pg from "pg";
import { nameOf, partsSql, schemasAndNames, type Table } from "../data-map/mapped-tables";
import type { System } from "../data-map/types";

/**
 * Tables that the platform publishes for logical replication without saying by what the other side knows a row: the database refuses each
 * change and deletion there, which nobody notices where rows are only ever added, such as events.
 */
export async function unknownToReplicas(
  client: pg.ClientBase,
  { name: system, collections }: System,
): Promise<string[]> {
  const { rows } = await client.query<Table>(
    `with recursive ${partsSql}
     select distinct p.schema, p.name from parts p join pg_class c on c.oid = p.oid
     where c.relkind = 'r' and c.relreplident <> 'f'
       and not exists (select 1 from pg_index i where i.indrelid = c.oid
         and (c.relreplident = 'd' and i.indisprimary or c.relreplident = 'i' and i.indisreplident))
       and exists (select 1 from pg_publication_tables t join pg_publication u using (pubname)
         where (u.pubupdate or u.pubdelete) and to_regclass(format('%I.%I', t.schemaname, t.tablename)) in (p.oid, p.root))`,
    schemasAndNames(collections),
  );
  const found = new Set(rows.map(nameOf));
  return collections
    .filter(({ table }) => found.has(nameOf(table)))
    .map(
      ({ name }) =>
        `${system}.${name}: is published for logical replication without a replica identity, so the database refuses to change or delete its rows (alter table ... replica identity full)`,
    );
}
