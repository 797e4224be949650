import type pg from "pg";
import { holdsMany, type Node, type Source } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { identitySql } from "../data-map/identity-sql";
import { temporary } from "../data-map/reach-sql";
import {
  all,
  any,
  cuttable,
  losing,
  no,
  not,
  ownWays,
  ruleOf,
  sparing,
  storedNodes,
  tableOf,
  type World,
  ways,
} from "./conditions";
import { goesWhole } from "./execute";
import { stubMade } from "./fields-made";
import { memberOf } from "./row-sets";

export type Residue = { collection: string; rows: number };

/**
 * Rows that are still found and should not be, by everything that is known of the person; looked for before it lasts.
 * @param isLater in a later snapshot than the one that was erased in: then rows may be there that were not before
 */
export async function residue(client: pg.ClientBase, world: World, { isLater = false } = {}): Promise<Residue[]> {
  const left: Residue[] = [];
  for (const node of storedNodes(world)) {
    // In this snapshot a delete of these very rows left none, unless a trigger kept or made some.
    if (!isLater && !world.catalog.hasTriggers && goesWhole(world, node)) continue;
    const going = ruleOf(world, node).action === "delete" ? apart(ownWays(world, node), sparing(world, node)) : [];
    const unlinking = apart(ways(world, node), losing(world, node, cuttable(world, node)));
    const emptied = all(memberOf(world.stays.get(node), "t") ?? no, known(world, node));
    let found = 0;
    for (const condition of [...going, ...unlinking, emptied].filter((one) => one !== no)) {
      const { rows } = await client.query<{ rows: number }>(
        `select count(*)::int as rows from ${tableOf(node)} t where ${condition}`,
      );
      found += rows[0]?.rows ?? 0;
    }
    if (found > 0) left.push({ collection: node.collection.name, rows: found });
  }
  return left;
}

/** The condition for each way by itself, so that each can use an index of its own; a row that several lead to counts in the first. */
const apart = (ways: readonly string[], condition: string): string[] =>
  ways.map((way, at) => all(way, at > 0 ? not(any(ways.slice(0, at))) : null, condition));

/** The condition that a row which was to be emptied still holds what the person is known by. */
function known(world: World, node: Node): string {
  if (!world.stays.has(node)) return no;
  const { made, stays } = stubMade(world, node);
  const sources = world.plan.sources.filter((source) => source.identity !== null && world.sizes.get(source));
  return any(
    node.collection.fields.flatMap(({ name, identity }) => {
      const isOpen = made.get(name)?.isOpen ?? (stays.includes(name) ? "true" : no);
      if (isOpen === no) return [];
      return sources
        .filter((source) => source.identity === identity || stays.includes(name))
        .map((source) => all(isOpen, holdsAnyOf(node, name, source)));
    }),
  );
}

/** The condition that a column of row `t` holds an identity. */
function holdsAnyOf(node: Node, name: string, source: Source): string {
  const column = `t.${quoted(name)}`;
  const value = identitySql(source.identity, holdsMany(node, name) ? "x.v" : column);
  const from = holdsMany(node, name) ? `unnest(${column}) x(v), ` : "";
  return `exists (select 1 from ${from}${temporary(source)} i where i.c1 = ${value})`;
}
