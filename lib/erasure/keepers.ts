import type pg from "pg";
import type { Node } from "../data-map/compile";
import { type Held, heldIn, type KeptBack } from "../data-map/held";
import type { System } from "../data-map/types";
import { all, no, not, storedNodes, tableOf, type World, ways } from "./conditions";
import type { Fate } from "./execute";
import type { ErasureOrder } from "./run-system";

/** Into how many parts holds are divided that may keep something: each part has temporary tables of its own. */
const parts = 8;
/** Conditions in one statement, so that planning it stays a small matter. */
const together = 40;

/**
 * Which of the holds keep anything back of the rows that were found. For the erasure all of them are one condition; here it is
 * known of each, since only the end of one that keeps something is worth another pass.
 * @returns their ids; none when nothing is held but what is so in any case
 */
export async function keepersOf(
  client: pg.ClientBase,
  world: World,
  fates: readonly Fate[],
  { asMapped, kept = [], anyway, ...order }: Pick<ErasureOrder, "system" | "asMapped" | "kept" | "anyway">,
): Promise<string[]> {
  const system = asMapped ?? order.system;
  const held = new Set(fates.filter((fate) => fate.held > 0).map(({ collection }) => collection));
  const nodes = storedNodes(world).filter(({ collection }) => held.has(collection.name));
  if (nodes.length === 0) return [];
  const asked = kept.filter(
    (one) => (one.system ?? system.name) === system.name && (one.collection === null || held.has(one.collection)),
  );
  const holding = (node: Node) => {
    const others = anyway?.(node.collection, "t") ?? null;
    return all(world.held(node.collection, "t") ?? no, others && not(others));
  };
  const isEach = asked.length > 1 || (anyway !== undefined && asked.length > 0);
  const keepers = isEach ? await areKeeping(client, { world, system, nodes, holding }, asked) : asked;
  // None of them alone and yet held: whichever ends, it is worth a look.
  return (keepers.length > 0 || anyway ? keepers : asked).flatMap(({ id }) => id ?? []);
}

/** The rows that were found and are held, by the nodes in which there are any. */
type Among = { world: World; system: System; nodes: readonly Node[]; holding: (node: Node) => string };

/**
 * Most holds are on others and keep nothing here. So those on people are asked many at once, and only what keeps something is divided
 * and asked again; their number then hardly counts.
 */
async function areKeeping(client: pg.ClientBase, among: Among, asked: readonly KeptBack[]): Promise<KeptBack[]> {
  const { system } = among;
  const keepers = new Set<KeptBack>();
  const onPeople = asked.filter(({ of }) => of?.scope === "person");
  // A company's rows are compared with one id, and whoever's rows with none: together they would be asked no faster.
  let groups = [...divided(onPeople), ...asked.filter(({ of }) => of?.scope !== "person").map((one) => [one])];
  for (let round = 1; groups.length > 0; round++) {
    const conditions: Held[] = [];
    for (const [at, group] of groups.entries())
      conditions.push(await heldIn(client, system, widened(group), `tc_keeper_${round}_${at + 1}`, { leading: false }));
    const keeping = await keepingAny(client, among, conditions);
    const left = groups.filter((_, at) => keeping.has(at));
    for (const [one, ...others] of left) if (one && others.length === 0) keepers.add(one);
    groups = left.filter(({ length }) => length > 1).flatMap((group) => divided(group));
  }
  return asked.filter((one) => keepers.has(one));
}

/** Into parts of which only those are asked again in which there is anything. */
export function divided<T>(group: readonly T[]): T[][] {
  const size = Math.ceil(group.length / parts);
  return Array.from({ length: Math.ceil(group.length / (size || 1)) }, (_, at) =>
    group.slice(at * size, (at + 1) * size),
  );
}

/** All that is of several people, whatever part of it each hold is on, is found together; a hold that is left alone is asked as it is. */
const widened = (group: readonly KeptBack[]): readonly KeptBack[] =>
  group.length === 1 ? group : group.map((one) => ({ ...one, collection: null, from: null, until: null }));

/** The places of the conditions that any row meets which was found and is held. */
async function keepingAny(
  client: pg.ClientBase,
  { world, nodes, holding }: Among,
  conditions: readonly Held[],
): Promise<Set<number>> {
  const keeping = new Set<number>();
  // One by one, so that each way can use an index of its own.
  for (const node of nodes)
    for (const way of ways(world, node)) {
      const open = conditions.flatMap((holds, at) => {
        const condition = keeping.has(at) ? null : holds(node.collection, "t");
        return condition ? [{ at, condition }] : [];
      });
      for (let from = 0; from < open.length; from += together) {
        const some = open.slice(from, from + together);
        const { rows } = await client.query<{ keeps: (boolean | null)[] }>(
          `select array[${some.map(({ condition }) => `bool_or(${condition})`).join(", ")}] as keeps
           from ${tableOf(node)} t where ${all(way, holding(node))}`,
        );
        for (const [place, { at }] of some.entries()) if (rows[0]?.keeps[place]) keeping.add(at);
      }
    }
  return keeping;
}
