import type pg from "pg";
import type { System } from "../data-map/types";

/** What the database itself counted of a collection's table, its partitions and heirs, in the open transaction. */
export type Counted = {
  schema: string;
  name: string;
  deleted: number;
  inserted: number;
  /** Its own oid first, then those of whatever holds its rows. */
  parts: string[];
  /** Where these lie: another place after a truncation, which counts no rows. */
  files: string[];
  /** Whether the database counts at all (`track_counts`). */
  counts: boolean;
};
export type Tally = readonly Counted[];

/**
 * Rows that went and came by now, by whatever statement, trigger, rule or cascade. Free: the database counts them anyway. Compared with
 * an earlier tally of the same transaction only: what stood there before may be of another one.
 */
export async function tallied(client: pg.ClientBase, { collections }: System): Promise<Tally> {
  const { rows } = await client.query<Counted>(
    `with recursive parts as (
       select c.oid, c.oid as root, 0 as depth from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[])) and c.relkind in ('r', 'p')
       union select i.inhrelid, p.root, p.depth + 1 from pg_inherits i join parts p on p.oid = i.inhparent),
     each as (select root, oid, min(depth) as depth from parts group by root, oid)
     select n.nspname as schema, c.relname as name, array_agg(e.oid::text order by e.depth, e.oid) as parts,
            array_agg(concat(e.oid, ' ', pg_relation_filenode(e.oid))) as files,
            current_setting('track_counts')::bool as counts,
            sum(pg_stat_get_xact_tuples_deleted(e.oid))::float8 as deleted,
            sum(pg_stat_get_xact_tuples_inserted(e.oid))::float8 as inserted
     from each e join pg_class c on c.oid = e.root join pg_namespace n on n.oid = c.relnamespace group by c.oid, 1, 2`,
    [collections.map(({ table }) => table.schema), collections.map(({ table }) => table.name)],
  );
  return rows;
}
