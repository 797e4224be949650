import type pg from "pg";
import { literal, quoted, tableName } from "../data-map/identifiers";
import type { Collection } from "../data-map/types";
import { type Column, ErasureRefused } from "../erasure/catalog";
import { blocksSql, densitySql, inBlocks, nextRange, readsAll, rowsPerBlock } from "../erasure/leaves";

/** One table that holds rows itself: a plain one, a partition, or an heir. */
export type Relation = {
  oid: string;
  schema: string;
  name: string;
  blocks: number;
  /** As many as its blocks hold now, by what a block held when the database's statistics were made; 0 without any. */
  rows: number;
  partition: boolean;
  owner: boolean;
  mayTruncate: boolean;
  /** Deleting a row there does more than that, by a trigger or a rule, such as letting go of a large object (`lo_manage`). */
  acts: boolean;
  indexed: boolean;
};

export const relationName = ({ schema, name }: Pick<Relation, "schema" | "name">): string =>
  `${quoted(schema)}.${quoted(name)}`;

/**
 * The tables in which a collection's rows lie, in the order of their names.
 * @throws ErasureRefused naming those in which the login may not read and delete
 */
export async function relationsOf(client: pg.ClientBase, { name, table, since }: Collection): Promise<Relation[]> {
  const { rows } = await client.query<Relation & { kind: string; permitted: boolean }>(
    `with recursive tree as (
       select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2
       union select i.inhrelid from pg_inherits i join tree on tree.oid = i.inhparent where not $4)
     select c.oid::text as oid, n.nspname as schema, c.relname as name, c.relkind as kind,
            (${blocksSql})::int as blocks, ${densitySql} * (${blocksSql}) as rows, c.relispartition as partition,
            pg_has_role(c.relowner, 'usage') as owner, has_table_privilege(c.oid, 'truncate') as "mayTruncate",
            exists (select 1 from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled <> 'D' and g.tgtype & 8 <> 0)
              or exists (select 1 from pg_rewrite r where r.ev_class = c.oid and r.ev_type = '4' and r.ev_enabled <> 'D') as acts,
            has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'delete') as permitted,
            exists (select 1 from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
                    join pg_attribute a on a.attrelid = c.oid and a.attname = $3
                    where i.indrelid = c.oid and i.indisvalid and i.indpred is null and m.amname = 'btree'
                      and i.indkey[0] = a.attnum) as indexed
     from tree join pg_class c on c.oid = tree.oid join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'f') order by n.nspname, c.relname`,
    [table.schema, table.name, since, table.only === true],
  );
  const problems = rows.flatMap((one) => {
    if (one.kind === "f")
      return [`${name}: ${one.schema}.${one.name} is a foreign table; map the system it comes from`];
    return one.permitted ? [] : [`${name}: the login may not select and delete in ${one.schema}.${one.name}`];
  });
  if (problems.length > 0) throw new ErasureRefused(problems.join("\n"));
  return rows;
}

/**
 * The relations of a collection in which rows `p` of a condition may be: those that the planner cannot leave out by their bounds.
 * @returns their names as {@link relationName} has them
 */
export async function relationsWith(
  client: pg.ClientBase,
  collection: Collection,
  condition: string,
): Promise<Set<string>> {
  const { rows } = await client.query<{ "QUERY PLAN": unknown }>(
    `explain (verbose, format json) select 1 from ${tableName(collection)} p where ${condition}`,
  );
  const found = new Set<string>();
  const look = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(look);
    else if (typeof node === "object" && node !== null) {
      const { Schema: schema, "Relation Name": name } = node as Record<string, unknown>;
      if (typeof schema === "string" && typeof name === "string") found.add(relationName({ schema, name }));
      Object.values(node).forEach(look);
    }
  };
  look(rows[0]?.["QUERY PLAN"]);
  return found;
}

/** The next rows to look at, as a condition on `p`; `next` is where those after them begin, or `end`. */
export type Range = { where: string; next: string };

/** Goes through a relation once: by the order of time where an index has it, else by blocks as they lie. */
export type Walk = { next(client: pg.ClientBase, rows: number): Promise<Range | null> };

type By = { due: string; column: Column; name: string };

/** @param from where an earlier try ended; from the start when it went another way */
export async function startWalk(client: pg.ClientBase, relation: Relation, by: By, from: string | null): Promise<Walk> {
  const after = (way: string) => (from?.startsWith(way) ? from.slice(way.length) : null);
  const statement = `select 1 from only ${relationName(relation)} p where ${by.due}`;
  if (relation.indexed && !(await readsAll(client, relation.name, statement)))
    return walkByTime(relation, by, after("time "));
  return walkByBlock(relation, Number(after("block ") ?? 0));
}

function walkByBlock({ blocks, rows: known }: Relation, from: number): Walk {
  const size = { blocks, rowsPerBlock: rowsPerBlock(known / Math.max(blocks, 1)) };
  let block = from;
  return {
    async next(_, rows) {
      const range = nextRange(size, block, rows);
      if (!range) return null;
      block = range.end;
      return { where: inBlocks(range, "p"), next: block < blocks ? `block ${block}` : "end" };
    },
  };
}

function walkByTime(relation: Relation, { due, column, name }: By, from: string | null): Walk {
  const value = `p.${quoted(name)}`;
  const literalOf = (text: string) => `${literal(text)}::${column.type}`;
  let after = from;
  let ended = false;
  return {
    async next(client, rows) {
      if (ended) return null;
      const rest = after === null ? due : `${due} and ${value} > ${literalOf(after)}`;
      const found = await client.query<{ till: string }>(
        `select ${value}::text as till from only ${relationName(relation)} p where ${rest} order by ${value} offset ${rows} limit 1`,
      );
      after = found.rows[0]?.till ?? null;
      ended = after === null;
      return after === null
        ? { where: rest, next: "end" }
        : { where: `${rest} and ${value} <= ${literalOf(after)}`, next: `time ${after}` };
    },
  };
}
