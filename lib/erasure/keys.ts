import type pg from "pg";
import { columnNames, keyColumns } from "../data-map/identifiers";
import { isMapped, nameOf, partsSql, schemasAndNames } from "../data-map/mapped-tables";
import type { Collection } from "../data-map/types";
import type { Noted } from "./catalog";

/** Whether two nulls count as alike in index `i`: the column came with Postgres 15. */
const nullsAlike = "coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)";

/**
 * Whether index `i` keeps rows apart whose ranges in this column overlap, whatever else it asks. Constraints are found by their table: no
 * index of the catalogue leads from an index to its constraint, and to read all of them for each would take seconds in a large database.
 */
const disjoint = (attnum: string) =>
  `(i.indisexclusion and exists (select 1 from pg_constraint x, unnest(i.indkey::int2[], x.conexclop) k(attnum, op)
     join pg_operator o on o.oid = k.op
     where x.conrelid = i.indrelid and x.conindid = i.indexrelid and x.contype = 'x' and k.attnum = ${attnum}
       and o.oprname = '&&' and o.oprleft in ('anyrange'::regtype, 'anymultirange'::regtype)))`;

/** The columns that an expression of the catalogue speaks of: of an index's two, and of a generated column, pg_depend tells less. */
export const namedIn = (expression: string) =>
  `(select distinct v[1]::int2 as attnum from regexp_matches(${expression}::text, ':varattno (\\d+)', 'g') v)`;

/**
 * Whether the expression of index `i` makes a value of nothing (`coalesce(nick, '')`), so that rows which both hold nothing are alike. Where
 * it keeps them apart beside links alone, such as the tenant's: any other column there may become a value of its own.
 */
const madeOfNothing = `(i.indexprs::text like '%{COALESCE%' and not exists (
     select 1 from unnest(${keyColumns("i")}) with ordinality k(attnum, at)
     where case when k.attnum = 0 then exists (select 1 from unnest(${keyColumns("i")}) with ordinality o(attnum, at) where o.attnum = 0 and o.at < k.at)
       else not exists (select 1 from pg_constraint f where f.conrelid = i.indrelid and f.contype = 'f' and k.attnum = any(f.conkey)) end))`;

/** The tables of the map with what holds their rows, and the indexes there by which no two rows may be alike. */
const indexes = `${partsSql},
     indexes as (
       select i.* from pg_index i where i.indrelid in (select oid from parts) and (i.indisunique or i.indisexclusion))`;

/**
 * Which columns make a row the one it is, in a table or in whatever holds its rows.
 * @returns of each what that means; and by table (`nameOf`) the sets of them that are unique
 */
export async function keysOf(
  client: pg.ClientBase,
  collections: readonly Collection[],
): Promise<{ columns: Noted[]; sets: Map<string, string[][]> }> {
  const tables = schemasAndNames(collections);
  const { rows: columns } = await client.query<Noted>(
    `with recursive ${indexes},
     keys as (
       select i.indrelid as oid, u.attnum, i.indisprimary as key, true as uniq,
         ${nullsAlike} as alike, ${disjoint("u.attnum")} as disjoint from indexes i, unnest(${keyColumns("i")}) u(attnum)
       union all select i.indrelid, e.attnum, false, true,
         ${nullsAlike} or ${madeOfNothing}, ${disjoint("e.attnum")} from indexes i, lateral ${namedIn("i.indexprs")} e
       union all select p.partrelid, u.attnum, true, false, false, true from pg_partitioned_table p, unnest(p.partattrs::int2[]) u(attnum)
       where p.partstrat in ('l', 'r'))
     select t.schema, t.name, a.attname as column, bool_or(k.key) as key, bool_or(k.uniq) as unique, bool_or(k.alike) as "nullsAlike",
            bool_and(k.disjoint) as disjoint
     from parts t join keys k on k.oid = t.oid join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
     group by 1, 2, 3`,
    tables,
  );
  const { rows: picks } = await client.query<Noted>(
    `with recursive ${indexes}, partial as (
       select i.indrelid, i.indexrelid, i.indpred,
         ${keyColumns("i")} || array(select e.attnum from ${namedIn("i.indexprs")} e) as apart from indexes i where i.indpred is not null)
     select t.schema, t.name, a.attname as column, json_agg(array(
              select k.attname::text from pg_attribute k where k.attrelid = i.indrelid and k.attnum = any(i.apart)) order by i.indexrelid) as picks
     from parts t join partial i on i.indrelid = t.oid, lateral ${namedIn("i.indpred")} p join pg_attribute a on a.attnum = p.attnum
     where a.attrelid = i.indrelid and not a.attnum = any(i.apart) group by 1, 2, 3`,
    tables,
  );
  const { rows } = await client.query<{ schema: string; name: string; columns: string[] }>(
    `select n.nspname as schema, c.relname as name, ${columnNames(keyColumns("i"), "c.oid")} as columns
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
     where ${isMapped} and i.indisunique and i.indisvalid
       and i.indpred is null and not 0 = any(i.indkey::int2[])
       and (c.relkind = 'p' or not exists (select 1 from pg_inherits h where h.inhparent = c.oid))`,
    tables,
  );
  const sets = new Map<string, string[][]>();
  for (const { schema, name, columns: set } of rows) {
    const key = nameOf({ schema, name });
    sets.set(key, [...(sets.get(key) ?? []), set]);
  }
  return { columns: [...columns, ...picks], sets };
}
