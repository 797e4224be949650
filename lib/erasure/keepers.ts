import type pg from "pg";
import { heldIn, type KeptBack } from "../data-map/held";
import type { System } from "../data-map/types";
import { all, any, storedNodes, tableOf, type World, ways } from "./conditions";
import type { Fate } from "./execute";

/**
 * Which of the holds keep anything back of the rows that were found. For the erasure all of them are one condition; here each is
 * asked alone, since only the end of one that keeps something is worth another pass.
 * @returns their ids; none when nothing is held
 */
export async function keepersOf(
  client: pg.ClientBase,
  world: World,
  fates: readonly Fate[],
  { system, kept = [] }: { system: System; kept?: readonly KeptBack[] },
): Promise<string[]> {
  const held = new Set(fates.filter((fate) => fate.held > 0).map(({ collection }) => collection));
  const nodes = storedNodes(world).filter(({ collection }) => held.has(collection.name));
  if (nodes.length === 0) return [];
  const asked = kept.filter(
    (one) => (one.system ?? system.name) === system.name && (one.collection === null || held.has(one.collection)),
  );
  const keepers = asked.length > 1 ? await areKeeping(client, world, system, asked, nodes) : asked;
  // None of them alone and yet held: whichever ends, it is worth a look.
  return (keepers.length > 0 ? keepers : asked).flatMap(({ id }) => id ?? []);
}

async function areKeeping(
  client: pg.ClientBase,
  world: World,
  system: System,
  asked: readonly KeptBack[],
  nodes: World["plan"]["nodes"],
): Promise<KeptBack[]> {
  const keepers: KeptBack[] = [];
  for (const [at, one] of asked.entries()) {
    const holds = await heldIn(client, system, [one], `tc_keeper_${at + 1}`);
    const rows = nodes.flatMap((node) => {
      const condition = holds(node.collection, "t");
      return condition
        ? `exists (select 1 from ${tableOf(node)} t where ${all(any(ways(world, node)), condition)})`
        : [];
    });
    if (rows.length === 0) continue;
    const { rows: answer } = await client.query<{ keeps: boolean }>(`select ${rows.join(" or ")} as keeps`);
    if (answer[0]?.keeps) keepers.push(one);
  }
  return keepers;
}
