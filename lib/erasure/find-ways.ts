import type pg from "pg";
import type { Node } from "../data-map/compile";
import { leadingTo } from "../data-map/leading";
import type { Collection } from "../data-map/types";
import { all, not, owned, ruleOf, storedNodes, type World } from "./conditions";
import { keepsUntilClosing } from "./kept-until";
import { memberOf } from "./row-sets";

/** What leads from the person to what is held, so that it is found again when that ends. */
export async function findWaysToHeld(client: pg.ClientBase, world: World): Promise<void> {
  if (world.held.awaited) await addLeading(client, world, world.held.awaited, { prefix: "tc_leading" });
}

/**
 * What leads from the account to what is kept until so long after its closing, by which the sweeps find it. No address stays for
 * that, and what is somebody else's too is not the account's to end.
 */
export async function findWaysToKept(
  client: pg.ClientBase,
  world: World,
  later: (collection: Collection) => boolean,
): Promise<void> {
  const { plan, others } = world;
  const { system, scope } = plan;
  if (!system[scope]) return;
  const kept = storedNodes(world).filter(
    ({ collection }) => later(collection) || keepsUntilClosing({ ...system, collections: [collection] }, scope),
  );
  if (kept.length === 0) return;
  const to = (collection: Collection, row: string) => {
    const node = kept.find((one) => one.collection === collection);
    const theirs = node && memberOf(others.get(node), row);
    return node ? all(owned(world, node, row), theirs ? not(theirs) : null) : null;
  };
  // What the map makes anonymous leads to nobody from then on, whatever hangs on it.
  const stored = (node: Node) =>
    ruleOf(world, node).action !== "anonymise" && !world.catalog.views.has(node.collection.name);
  await addLeading(client, world, to, { prefix: "tc_kept", identities: false, stored });
}

async function addLeading(
  client: pg.ClientBase,
  world: World,
  to: Parameters<typeof leadingTo>[3],
  options: Parameters<typeof leadingTo>[4],
): Promise<void> {
  const { plan, sizes, catalog, leading: before } = world;
  const stored = ({ collection }: Node) => !catalog.views.has(collection.name);
  const { leading, tables } = await leadingTo(client, plan, sizes, to, { stored, ...options });
  world.leading = (collection, row) => [...before(collection, row), ...leading(collection, row)];
  for (const table of tables) world.asides.add(table);
}
