import type pg from "pg";
import type { System } from "../data-map/types";

/**
 * Tables that the platform publishes for logical replication without saying by what the other side knows a row: the database refuses each
 * change and deletion there, which nobody notices where rows are only ever added, such as events.
 */
export async function unknownToReplicas(
  client: pg.ClientBase,
  { name: system, collections }: System,
): Promise<string[]> {
  const { rows } = await client.query<{ at: number }>(
    `with recursive parts as (
       select c.oid, c.oid as root, g.at from unnest($1::text[], $2::text[]) with ordinality g (schema, name, at)
       join pg_namespace n on n.nspname = g.schema join pg_class c on c.relnamespace = n.oid and c.relname = g.name and c.relkind in ('r', 'p')
       union all select i.inhrelid, parts.root, parts.at from parts join pg_inherits i on i.inhparent = parts.oid)
     select distinct parts.at::int as at from parts join pg_class c using (oid)
     where c.relkind = 'r' and c.relreplident <> 'f'
       and not exists (select 1 from pg_index i where i.indrelid = c.oid
         and (c.relreplident = 'd' and i.indisprimary or c.relreplident = 'i' and i.indisreplident))
       and exists (select 1 from pg_publication_tables t join pg_publication p using (pubname)
         where (p.pubupdate or p.pubdelete) and to_regclass(format('%I.%I', t.schemaname, t.tablename)) in (parts.oid, parts.root))
     order by 1`,
    [collections.map(({ table }) => table.schema), collections.map(({ table }) => table.name)],
  );
  return rows.map(
    ({ at }) =>
      `${system}.${collections[at - 1]?.name}: is published for logical replication without a replica identity, so the database refuses to change or delete its rows (alter table ... replica identity full)`,
  );
}
