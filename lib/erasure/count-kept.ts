import type pg from "pg";
import type { Node, Source } from "../data-map/compile";
import { isEmptySql } from "../data-map/empty";
import { conditionSql, quoted } from "../data-map/identifiers";
import { isPlain } from "../data-map/pairs";
import { companyCondition, relation } from "../data-map/reach-sql";
import { isArray, isText } from "../data-map/type-families";
import {
  any,
  fieldsChange,
  isAllAlone,
  liveEntries,
  not,
  ruleOf,
  storedNodes,
  tableOf,
  type World,
  ways,
} from "./conditions";
import { same } from "./references";

/**
 * How many rows are reached of each collection of which everything that is reached stays as it is. What leads to several of them is
 * read once for all.
 */
export async function countKept(client: pg.ClientBase, world: World): Promise<Map<Node, number>> {
  const counts = new Map<Node, number>();
  const together = Map.groupBy(
    storedNodes(world).filter((node) => staysWhole(world, node)),
    (node) => onlyLink(world, node),
  );
  for (const [source, nodes] of together) {
    const ways = source
      ? [countOurs(world, source, nodes), countRest(world, source, nodes)]
      : [countEach(world, nodes)];
    const { rows } = await client.query<{ counts: number[] }>(
      await cheapest(
        client,
        ways.filter((way) => way !== null),
      ),
    );
    for (const [at, node] of nodes.entries()) counts.set(node, rows[0]?.counts[at] ?? 0);
  }
  return counts;
}

/** Known without a look at the rows: nothing becomes of any. */
const staysWhole = (world: World, node: Node): boolean =>
  ruleOf(world, node).action === "keep" &&
  isAllAlone(world, node) &&
  !world.stays.has(node) &&
  world.held(node.collection, "t") === null &&
  !fieldsChange(world, node);

/** What leads to all rows of a node: the one subquery, compared with one column; null for anything else. */
function onlyLink(world: World, node: Node): Source | null {
  const [entry, ...others] = node.companyField ? [] : liveEntries(world, node);
  const [name, ...more] = entry?.columns ?? [];
  const field = node.collection.fields.find((one) => one.name === name);
  // Words may be of collations of their own, which cannot stand under one another.
  const isOneValue =
    entry?.pairs.every(isPlain) && more.length === 0 && field?.type && !isText(field) && !isArray(field);
  return entry && others.length === 0 && isOneValue && entry.source.virtual ? entry.source : null;
}

const counted = (counts: readonly string[]): string => `array[${counts.join(", ")}]::int[] as counts`;

const countEach = (world: World, nodes: readonly Node[]): string =>
  `select ${counted(nodes.map((node) => `(select count(*) from ${tableOf(node)} t where ${any(ways(world, node))})`))}`;

/** The column of the link that leads to a node's rows, and the condition under which it counts. */
function linkOf(world: World, node: Node): { column: string; counts: string } {
  const [entry] = liveEntries(world, node);
  const column = entry?.columns[0] ?? "";
  const empty = entry?.ifEmpty ? ` and ${isEmptySql(node.collection, entry.ifEmpty, "t")}` : "";
  const only = entry?.only ? ` and ${conditionSql("t", entry.only)}` : "";
  return { column, counts: `t.${quoted(column)} is not null${empty}${only}` };
}

function countOurs(world: World, source: Source, nodes: readonly Node[]): string {
  const branches = nodes.map((node, at) => {
    const { column, counts } = linkOf(world, node);
    return `select ${at} as n, t.${quoted(column)} as k from ${tableOf(node)} t where ${counts}`;
  });
  return `select ${counted(nodes.map((_, at) => `count(*) filter (where x.n = ${at})`))}
    from (${branches.join(" union all ")}) x
    where exists (select 1 from ${relation(world.plan, source, world.sizes)} v where v.c1 = x.k)`;
}

/**
 * The same by what is left over: all rows but those that lead to other companies' rows, of which there may be far fewer. Only where
 * the database itself vouches that each leads to some row.
 */
function countRest(world: World, { virtual: parent, feeders }: Source, nodes: readonly Node[]): string | null {
  const [feeder] = feeders;
  const [key, ...others] = feeder?.columns ?? [];
  if (!parent?.companyField || key === undefined || others.length > 0 || feeder?.ifSet || feeder?.only) return null;
  const vouched = nodes.every((node) =>
    world.references.some(
      (one) =>
        one.vouched &&
        !one.period &&
        one.childCollection === node.collection &&
        one.parent === parent.collection &&
        same(one.childColumns, [linkOf(world, node).column]) &&
        same(one.parentColumns, [key]),
    ),
  );
  if (!vouched) return null;
  const counts = nodes.map((node) => {
    const { column, counts } = linkOf(world, node);
    const count = `select count(*) from ${tableOf(node)} t where ${counts}`;
    return `(${count}) - (${count} and exists (select 1 from rest where rest.k = t.${quoted(column)}))`;
  });
  return `with rest as materialized (
      select t.${quoted(key)} as k from ${tableOf(parent)} t where ${not(companyCondition(world.plan, parent))})
    select ${counted(counts)}`;
}

/** Of statements that say the same, the one for which the planner expects the least. */
async function cheapest(client: pg.ClientBase, statements: readonly string[]): Promise<string> {
  let [best = "", least] = [statements[0], Number.POSITIVE_INFINITY];
  for (const statement of statements.length > 1 ? statements : []) {
    const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: { "Total Cost": number } }] }>(
      `explain (format json) ${statement}`,
    );
    const cost = rows[0]?.["QUERY PLAN"][0].Plan["Total Cost"] ?? Number.POSITIVE_INFINITY;
    if (cost < least) [best, least] = [statement, cost];
  }
  return best;
}
