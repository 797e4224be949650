import type pg from "pg";
import type { Node } from "../data-map/compile";
import { liveEntries, storedNodes, type World } from "./conditions";
import type { Fate } from "./execute";

/**
 * Which collections no statement is made of: triggers of theirs act on whole statements, and no row was foreseen to go or to change. A guard
 * of the platform's, as on what is only ever added to, refuses a statement that finds no row too.
 */
export async function sparedTables(client: pg.ClientBase, world: World, fates: readonly Fate[]): Promise<Set<Node>> {
  if (!world.catalog.hasTriggers) return new Set();
  const unchanged = fates.filter((fate) => fate.deleted + fate.anonymised + fate.unlinked + fate.reduced === 0);
  const nodes = storedNodes(world).filter(
    (node) =>
      unchanged.some(({ collection }) => collection === node.collection.name) &&
      !node.collection.byTriggers &&
      // What becomes the person's once another link was cut is counted as it goes.
      !liveEntries(world, node).some(({ ifEmpty }) => ifEmpty),
  );
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select distinct n.nspname as schema, c.relname as name
     from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
     where not g.tgisinternal and g.tgtype & 1 = 0`,
  );
  const isGuarded = ({ collection: { table } }: Node) =>
    rows.some(({ schema, name }) => schema === table.schema && name === table.name);
  return new Set(nodes.filter(isGuarded));
}
