import type pg from "pg";
import { partsSql, schemasAndNames } from "../data-map/mapped-tables";
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
    `with recursive ${partsSql}
     select p.schema, p.name, array_agg(p.oid::text order by p.oid <> p.root, p.oid) as parts,
            array_agg(concat(p.oid, ' ', pg_relation_filenode(p.oid))) as files,
            current_setting('track_counts')::bool as counts,
            sum(pg_stat_get_xact_tuples_deleted(p.oid))::float8 as deleted,
            sum(pg_stat_get_xact_tuples_inserted(p.oid))::float8 as inserted
     from parts p join pg_class c on c.oid = p.root where c.relkind in ('r', 'p') group by p.schema, p.name`,
    schemasAndNames(collections),
  );
  return rows;
}
