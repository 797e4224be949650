import type pg from "pg";
import type { Node } from "../data-map/compile";
import { feedsOf } from "../data-map/fill-sources";
import { ownWays, storedNodes, tableOf, type World } from "./conditions";
import { goesWhole } from "./execute";
import { leavesOf } from "./leaves";

/**
 * Deletes, before anything else is asked, the rows of collections that go whole and that nothing leads on from: events and logs,
 * usually most of what there is. What comes after need not look at them any more: what stays is told by what is left. Not where
 * triggers act, which may want to see the rest.
 */
export async function deleteFirst(client: pg.ClientBase, world: World): Promise<void> {
  if (world.catalog.hasTriggers) return;
  for (const node of storedNodes(world)) {
    if (!goesWhole(world, node) || leadsOn(world, node) || (await isShared(client, world, node))) continue;
    let deleted = 0;
    for (const way of ownWays(world, node))
      deleted += (await client.query(`delete from ${tableOf(node)} t where ${way}`)).rowCount ?? 0;
    world.gone.set(node, deleted);
  }
}

/** Something is found by these rows, or points at them. */
export const leadsOn = ({ plan, references }: World, node: Node): boolean =>
  feedsOf(plan, node).length > 0 || references.some(({ parent }) => parent === node.collection);

/** Some of its rows are mapped by another collection as well, which may say otherwise. */
async function isShared(client: pg.ClientBase, { plan }: World, { collection }: Node): Promise<boolean> {
  const leaves = await leavesOf(client, collection);
  return plan.system.collections.some(
    ({ table, ...other }) =>
      other.name !== collection.name &&
      leaves.some(({ schema, name }) => table.schema === schema && table.name === name),
  );
}
