import type { Node } from "../data-map/compile";
import { liveEntries, storedNodes, type World } from "./conditions";
import type { Fate } from "./execute";

/**
 * Which collections no statement is made of: triggers of theirs act on whole statements, and no row was foreseen to go or to change. A guard
 * of the platform's, as on what is only ever added to, refuses a statement that finds no row too.
 */
export function sparedTables(world: World, fates: readonly Fate[]): Set<Node> {
  const unchanged = fates.filter((fate) => fate.deleted + fate.anonymised + fate.unlinked + fate.reduced === 0);
  return new Set(
    storedNodes(world).filter(
      (node) =>
        world.catalog.actsOnStatements.has(node.collection.name) &&
        unchanged.some(({ collection }) => collection === node.collection.name) &&
        !node.collection.byTriggers &&
        // What becomes the person's once another link was cut is counted as it goes.
        !liveEntries(world, node).some(({ ifEmpty }) => ifEmpty),
    ),
  );
}
