import type pg from "pg";
import type { Node } from "../data-map/compile";
import { feedsOf } from "../data-map/fill-sources";
import { leads, no, ownWays, storedNodes, tableOf, type World } from "./conditions";
import { goesWhole } from "./execute";
import { at } from "./stopped-by";

/**
 * Deletes, before anything else is asked, the rows of collections that go whole and that nothing leads on from: events and logs,
 * usually most of what there is. What comes after need not look at them any more: what stays is told by what is left. Not where
 * triggers act, which may want to see the rest, or where a table is mapped as a part of another one as well.
 */
export async function deleteFirst(client: pg.ClientBase, world: World): Promise<void> {
  if (world.catalog.hasTriggers || world.catalog.hasHeirs) return;
  const nodes = storedNodes(world).filter((node) => mayGoFirst(world, node));
  for (const node of nodes) {
    const deletes = ownWays(world, node).map((way) => `delete from ${tableOf(node)} t where ${way}`);
    // Sent together: each answer that is waited for takes as long as hundreds of rows.
    const results = deletes.length > 0 ? [await at([node], () => client.query(deletes.join("; ")))].flat() : [];
    world.gone.set(
      node,
      results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
    );
  }
}

/** All that is reached goes, and nothing is found by these rows, neither by this plan nor by that of a hold, or points at them. */
export const mayGoFirst = (world: World, node: Node): boolean =>
  goesWhole(world, node) &&
  feedsOf(world.plan, node).length === 0 &&
  world.references.every(({ parent }) => parent !== node.collection) &&
  leads(world, node) === no;
