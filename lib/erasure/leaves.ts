import type pg from "pg";
import { quoted } from "../data-map/identifiers";
import type { Collection } from "../data-map/types";

/** A table in which rows themselves lie: a row's place is one within each. */
export type Leaf = { schema: string; name: string; sql: string; blocks: number; rowsPerBlock: number };

/** SQL of the blocks that table `c` of the catalogue has now. */
export const blocksSql = "pg_relation_size(c.oid) / current_setting('block_size')::int";
/** SQL of the rows in one when the database's statistics were made; 0 without any. */
export const densitySql = "coalesce(greatest(c.reltuples, 0) / nullif(c.relpages, 0), 0)::float8";

/** The tables in which the rows of a collection lie, as large as they are now. */
export async function leavesOf(client: pg.ClientBase, { table }: Collection): Promise<Leaf[]> {
  const { rows } = await client.query<{ schema: string; name: string; blocks: number; density: number }>(
    `with recursive heirs as (
       select format('%I.%I', $1::text, $2::text)::regclass::oid as oid
       union select i.inhrelid from pg_inherits i join heirs h on i.inhparent = h.oid where not $3)
     select n.nspname as schema, c.relname as name, ${densitySql} as density, (${blocksSql})::int as blocks
     from heirs h join pg_class c on c.oid = h.oid
     join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' order by 1, 2`,
    [table.schema, table.name, table.only ?? false],
  );
  return rows.map(({ schema, name, blocks, density }) => ({
    ...{ schema, name, blocks },
    sql: `${quoted(schema)}.${quoted(name)}`,
    // As it was when the statistics were made, however large it is now.
    rowsPerBlock: rowsPerBlock(density),
  }));
}

/** Without statistics: what an ordinary row takes. */
export const rowsPerBlock = (density: number): number => (density > 0 ? density : 50);

/** Whether the planner would rather read all of a table for a statement: then it can be read piece by piece. */
export async function readsAll(client: pg.ClientBase, name: string, statement: string): Promise<boolean> {
  const { rows } = await client.query<{ "QUERY PLAN": unknown }>(`explain (format json) ${statement}`);
  return scans(rows[0]?.["QUERY PLAN"], name);
}

function scans(plan: unknown, name: string): boolean {
  if (Array.isArray(plan)) return plan.some((one) => scans(one, name));
  if (typeof plan !== "object" || plan === null) return false;
  const { "Node Type": type, "Relation Name": relation } = plan as Record<string, unknown>;
  return (type === "Seq Scan" && relation === name) || Object.values(plan).some((one) => scans(one, name));
}

export type Blocks = { begin: number; end: number };

/** The blocks from one on in which about so many rows lie; null after the last. */
export function nextRange(
  { blocks, rowsPerBlock }: Pick<Leaf, "blocks" | "rowsPerBlock">,
  begin: number,
  rows: number,
): Blocks | null {
  if (begin >= blocks) return null;
  return { begin, end: Math.min(blocks, begin + Math.max(1, Math.ceil(rows / rowsPerBlock))) };
}

/** The condition that row `row` lies in a range of blocks. */
export const inBlocks = ({ begin, end }: Blocks, row: string): string =>
  `${row}.ctid >= '(${begin},0)'::tid and ${row}.ctid < '(${end},0)'::tid`;
