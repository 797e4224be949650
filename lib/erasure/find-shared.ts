import type pg from "pg";
import type { Source } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { holdsIdentity, isSomebody } from "../data-map/identity-sql";
import { feederValues, putIf } from "../data-map/reach-sql";
import { cuttable, isAllAlone, not, notOwned, owned, storedNodes, tableOf, type World } from "./conditions";
import { memberOf } from "./row-sets";

/**
 * Finds, once it is known which rows are another person's too, the values by which those are found that are therefore not the
 * person's alone (`World.shared`).
 * @param nobodyElse accounts whose own rows make no identity somebody else's
 */
export async function findShared(client: pg.ClientBase, world: World, nobodyElse: readonly string[]): Promise<void> {
  for (const source of world.plan.sources) if (source.identity) await findIdentities(client, world, source, nobodyElse);
  for (const source of linkedFromOthers(world)) await findKeys(client, world, source);
}

/** Identities of the person that a row which is not theirs alone makes somebody else's as well. */
async function findIdentities(
  client: pg.ClientBase,
  world: World,
  source: Source,
  nobodyElse: readonly string[],
): Promise<void> {
  const { plan, catalog, sizes, others } = world;
  const { identity } = source;
  if (!identity || !sizes.get(source)) return;
  const ways = source.feeders
    .filter(({ node }) => !catalog.views.has(node.collection.name))
    .map((feeder) => {
      const holds = holdsIdentity(identity, feeder, "i.c1");
      const theirs = [notOwned(world, feeder.node, "f"), memberOf(others.get(feeder.node), "f")].filter(Boolean);
      const counts = isSomebody(plan.system, feeder, nobodyElse);
      return `exists (select 1 from ${tableOf(feeder.node)} f where ${holds}${counts} and (${theirs.join(" or ")}))`;
    });
  if (ways.length === 0) return;
  const table = asideOf(world, source);
  const { rowCount } = await client.query(
    `create temporary table ${table} as select i.c1 from pg_temp.${quoted(source.table)} i where ${ways.join(" or ")}`,
  );
  if (rowCount) world.shared.set(source, table);
}

/** What rows lead on by that may be somebody else's, while they may hold it without being the person's alone. */
function linkedFromOthers(world: World): Set<Source> {
  if (world.others.size === 0) return new Set();
  const linked = storedNodes(world)
    .filter((node) => !isAllAlone(world, node))
    .flatMap((node) => cuttable(world, node));
  return new Set(linked.map(({ source }) => source).filter(({ identity }) => !identity));
}

/** What leads to rows that are somebody else's too, and to none that is the person's alone. */
async function findKeys(client: pg.ClientBase, world: World, source: Source): Promise<void> {
  const [feeder] = source.feeders;
  const others = feeder && memberOf(world.others.get(feeder.node), "t");
  if (!feeder || !others) return;
  const values = feederValues(source, feeder).map((value, at) => `${value} as c${at + 1}`);
  const held = (where: string) =>
    `select ${values.join(", ")} from ${tableOf(feeder.node)} t where ${[...putIf(feeder, "t"), `(${where})`].join(" and ")}`;
  const table = asideOf(world, source);
  const found = await client.query(`create temporary table ${table} as select distinct * from (${held(others)}) v`);
  if (!found.rowCount) return;
  const alone = held(`(${owned(world, feeder.node, "t")}) and ${not(others)}`);
  const equal = feeder.columns.map((_, at) => `v.c${at + 1} = s.c${at + 1}`);
  const { rowCount } = await client.query(
    `delete from pg_temp.${table} s where exists (select 1 from (${alone}) v where ${equal.join(" and ")})`,
  );
  if (found.rowCount === rowCount) return;
  // Asked row by row as well.
  await client.query(
    `create index on pg_temp.${table} (${feeder.columns.map((_, at) => `c${at + 1}`).join(", ")}); analyze pg_temp.${table}`,
  );
  world.shared.set(source, table);
}

/** The name of the table of a source's shared values, which goes again with all that was put aside. */
function asideOf({ asides }: World, source: Source): string {
  const table = quoted(`${source.table}_shared`);
  asides.add(table);
  return table;
}
