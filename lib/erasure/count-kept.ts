import type pg from "pg";
import type { Node, Source } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { fieldOf } from "../data-map/named";
import { isPlain } from "../data-map/pairs";
import { companyCondition, heldIf, relation, temporary } from "../data-map/reach-sql";
import { familyOf, isArray, isText } from "../data-map/type-families";
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
      ? [{ text: countOurs(world, source, nodes) }, await countRest(client, world, source, nodes)]
      : [{ text: countEach(world, nodes) }];
    const way = await cheapest(
      client,
      ways.filter((one) => one !== null),
    );
    const { rows } = await client.query<{ counts: number[] }>(way);
    for (const [at, node] of nodes.entries()) counts.set(node, rows[0]?.counts[at] ?? 0);
  }
  return counts;
}

type Statement = { text: string; values?: string[] };

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
  const field = fieldOf(node.collection, name);
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
  const held = entry ? heldIf(node, entry, "t") : [];
  return { column, counts: [`t.${quoted(column)} is not null`, ...held].join(" and ") };
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
async function countRest(
  client: pg.ClientBase,
  world: World,
  { virtual: parent, feeders }: Source,
  nodes: readonly Node[],
): Promise<Statement | null> {
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
  const { condition, values } = await notTheirs(client, world, parent, parent.companyField);
  const rest = `select t.${quoted(key)} as k from ${tableOf(parent)} t where ${condition}`;
  return { text: `with rest as materialized (${rest}) select ${counted(counts)}`, values };
}

/**
 * The condition that row `t` is not the company's. Its id is given to the planner where it can be: if nearly all rows are the company's the
 * planner knows it, and an index finds the few others.
 */
async function notTheirs(client: pg.ClientBase, { plan }: World, parent: Node, name: string) {
  const { company } = plan;
  const field = fieldOf(parent.collection, name);
  const isOrdered = ["uuid", "number"].includes(familyOf(field)) && !isArray(field);
  if (!company || !parent.companyPair?.isSame || !isOrdered)
    return { condition: not(companyCondition(plan, parent)), values: [] };
  const { rows } = await client.query<{ id: string }>(`select c1::text as id from ${temporary(company)}`);
  const column = `t.${quoted(name)}`;
  return { condition: `${column} < $1 or ${column} > $1 or ${column} is null`, values: rows.map(({ id }) => id) };
}

/** Of statements that say the same, the one for which the planner expects the least. */
async function cheapest(client: pg.ClientBase, statements: readonly Statement[]): Promise<Statement> {
  let [best = { text: "" }, least] = [statements[0], Number.POSITIVE_INFINITY];
  for (const statement of statements.length > 1 ? statements : []) {
    const { text, values } = statement;
    const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: { "Total Cost": number } }] }>(
      `explain (format json) ${text}`,
      values,
    );
    const cost = rows[0]?.["QUERY PLAN"][0].Plan["Total Cost"] ?? Number.POSITIVE_INFINITY;
    if (cost < least) [best, least] = [statement, cost];
  }
  return best;
}
