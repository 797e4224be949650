import type pg from "pg";
import type { Node } from "../data-map/compile";
import { cutting, reducing } from "./change-rows";
import { closing, readyToClose } from "./closing-time";
import {
  all,
  any,
  cuttable,
  deletable,
  heldRows,
  isAllAlone,
  liveEntries,
  losing,
  no,
  ownWays,
  retained,
  ruleOf,
  sparing,
  storedNodes,
  tableOf,
  type World,
  ways,
} from "./conditions";
import { countKept } from "./count-kept";
import { anyOpen, fieldsMade, stubMade } from "./fields-made";
import { mayChange } from "./find-stays";
import { leadNowhere } from "./lead-nowhere";
import { deletionOrder } from "./references";
import { memberOf } from "./row-sets";
import { sparedTables } from "./spared-tables";
import { at } from "./stopped-by";
import { type Update, updateRows, updateSql } from "./update-rows";

/** What became of the rows of one collection. */
export type Fate = {
  collection: string;
  deleted: number;
  /** The person's own rows that stay without what says whose they are. */
  anonymised: number;
  /** Rows of others, or shared with them, that lost the person's link or mention. */
  unlinked: number;
  /** Rows that had to stay because something that stays points at them, emptied of what they said. */
  reduced: number;
  kept: number;
  /** Left as they are by a hold. */
  held: number;
  /** Rows that have to stay still and in which nothing is left to empty, mostly since an earlier pass did; missing: none. */
  emptiedBefore?: number;
};

/** Whether anything was held of a collection. */
export const holdsAny = ({ collection: _, emptiedBefore: __, ...counts }: Fate): boolean =>
  Object.values(counts).some((count) => count > 0);

/** Collections of which all that is reached goes: a run that deletes need not count them before. */
export const goesWhole = (world: World, node: Node): boolean =>
  ruleOf(world, node).action === "delete" &&
  isAllAlone(world, node) &&
  !world.stays.has(node) &&
  world.held(node.collection, "t") === null;

/** Where nothing else acts, how many rows of such a collection go is known as they go; else only before the first of any goes. */
const countedAsTheyGo = (world: World, node: Node): boolean => !world.catalog.hasTriggers && goesWhole(world, node);

/** No row had any fate. */
export const nothing = { deleted: 0, anonymised: 0, unlinked: 0, reduced: 0, kept: 0, held: 0 };

/** How many rows of all collections had each fate. */
export function sumOf(fates: readonly Fate[]): Omit<Fate, "collection"> {
  const sums = { ...nothing };
  for (const fate of fates) for (const key of Object.keys(nothing) as (keyof typeof nothing)[]) sums[key] += fate[key];
  return sums;
}

/**
 * How many rows each fate has, without changing any: what a preview shows, and what the run then does.
 * @param deleting leaves out what {@link execute} counts as it deletes
 */
export async function countFates(client: pg.ClientBase, world: World, { deleting = false } = {}): Promise<Fate[]> {
  const fates: Fate[] = [];
  const kept = await countKept(client, world);
  for (const node of storedNodes(world)) {
    const [gone, stayed] = [world.gone.get(node), kept.get(node)];
    if (gone !== undefined || stayed !== undefined || (deleting && countedAsTheyGo(world, node))) {
      fates.push({ collection: node.collection.name, ...nothing, deleted: gone ?? 0, kept: stayed ?? 0 });
      continue;
    }
    const reached = any(ways(world, node));
    // A row that is only reached through another one's link, such as the company somebody works for, loses nothing itself; nor does
    // one whose link cannot be cut.
    const changed = any([
      losing(world, node, cuttable(world, node)),
      all(retained(world, node), anyOpen(fieldsMade(world, node))),
    ]);
    const stays = memberOf(world.stays.get(node), "t") ?? "false";
    const reducing =
      stays === "false" ? no : all(stays, any([anyOpen(stubMade(world, node).made), closing(world, node)]));
    const held = heldRows(world, node);
    // Asked of reached rows: what holds for all of them is not asked again for each.
    const goes =
      ruleOf(world, node).action === "delete" && isAllAlone(world, node)
        ? sparing(world, node)
        : deletable(world, node);
    const counts: [string, string][] = [
      ["deleted", goes],
      ["anonymised", `(${changed}) and (${retained(world, node)})`],
      ["unlinked", `(${changed}) and (${retained(world, node)}) is not true`],
      ["reduced", reducing],
      ["stubs", stays],
      ["held", `${held} and (${stays}) is not true`],
    ];
    const columns = counts.map(([name, condition]) => `count(*) filter (where ${condition})::int as "${name}"`);
    const { rows } = await client.query<Omit<Fate, "collection" | "kept"> & { all: number; stubs: number }>(
      `select count(*)::int as "all", ${columns.join(", ")}
       from ${tableOf(node)} t where ${reached}`,
    );
    const [row] = rows;
    if (!row) continue;
    const { deleted, anonymised: changedOwn, unlinked: cut, reduced, stubs, held: heldCount } = row;
    fates.push({
      collection: node.collection.name,
      deleted,
      anonymised: changedOwn,
      unlinked: cut,
      reduced,
      held: heldCount,
      kept: row.all - deleted - changedOwn - cut - stubs - heldCount,
      ...(stubs > reduced ? { emptiedBefore: stubs - reduced } : {}),
    });
  }
  return fates;
}

/**
 * Does what was decided: first links are cut and what has to stay is emptied, then the rows go in the order of what points at
 * what. What a foreign key knows rows by changes along with what goes beside them: before that, rows that go still point at them.
 * Every statement takes a set.
 * @param fates gets what was not counted before
 * @param refresh of materialised views, see `ErasureOrder`
 * @throws what the database refuses; the caller's transaction is then lost whole
 */
export async function execute(
  client: pg.ClientBase,
  world: World,
  fates: Fate[],
  refresh?: "always" | "later",
): Promise<void> {
  await readyToClose(client, world);
  await leadNowhere(client, world);
  const spared = sparedTables(world, fates);
  const acting = storedNodes(world).filter((node) => !spared.has(node));
  const late = acting.filter((node) => changesKeys(world, node));
  for (const node of acting)
    if (!late.includes(node))
      await at([node], async () => {
        await makeUpdates(client, cutting(world, node));
        await cutAgain(client, world, node);
      });
  for (const node of world.stays.keys())
    if (acting.includes(node) && !late.includes(node))
      await at([node], () => makeUpdates(client, reducing(world, node)));
  const going = acting.filter((node) => ruleOf(world, node).action === "delete" && !world.gone.has(node));
  const went = new Map<Node, number>();
  const groups = deletionOrder(
    acting.filter((node) => going.includes(node) || late.includes(node)).map(({ collection }) => collection),
    world.references,
  );
  for (const group of groups) {
    const within = ({ collection }: Node) => group.includes(collection);
    const deletes = going.filter(within).flatMap((node) => deletions(world, node).map((sql) => ({ node, sql })));
    const changed = late.filter(within);
    const updates = changed.flatMap((node) => [...cutting(world, node), ...reducing(world, node)]);
    const counts = await at(
      [...deletes, ...updates].map(({ node }) => node),
      () => together(client, deletes, updates),
    );
    for (const [place, { node }] of deletes.entries()) went.set(node, (went.get(node) ?? 0) + (counts[place] ?? 0));
    for (const node of changed) await at([node], () => cutAgain(client, world, node));
  }
  for (const [node, deleted] of went) settle(world, node, fates, deleted);
  // What waits for the end of the transaction comes now, so that it is followed and looked at too.
  await client.query("set constraints all immediate");
  await followTriggers(client, world);
  const { kept: _, held: __, ...changed } = sumOf(fates);
  if (refresh === "later" || (!refresh && Object.values(changed).every((rows) => rows === 0))) return;
  // What such a view shows stays as it was until then, and nobody can read it from here on until the end.
  for (const view of world.catalog.materialised) await client.query(`refresh materialized view ${view}`);
}

/** Whether a foreign key leads to its rows by something else than a key that never changes. */
const changesKeys = (world: World, { collection }: Node): boolean =>
  world.references.some((one) => one.enforced && one.parent === collection && mayChange(world, one));

/**
 * Deletes and updates of different rows in one statement: the foreign keys are looked at once all of it is done, so circles can go.
 * @returns how many rows each of the deletes took
 */
async function together(
  client: pg.ClientBase,
  deletes: readonly { sql: string }[],
  updates: readonly Update[],
): Promise<number[]> {
  const changes = updates.flatMap((update, at) => {
    const found = updateSql(update, `u${at}`);
    if (!found) return [];
    return [`u${at} as (${found.statement})`, ...(found.noting ? [`n${at} as (${found.noting})`] : [])];
  });
  const [only] = deletes;
  if (only && deletes.length === 1 && changes.length === 0) return [(await client.query(only.sql)).rowCount ?? 0];
  const parts = [...deletes.map(({ sql }, at) => `d${at} as (${sql} returning 1)`), ...changes];
  if (parts.length === 0) return [];
  const counts = deletes.map((_, at) => `(select count(*) from d${at})::int`);
  const { rows } = await client.query<{ counts: number[] }>(
    `with ${parts.join(", ")} select array[${counts.join(", ")}]::int[] as counts`,
  );
  return rows[0]?.counts ?? [];
}

/** Adds to the fate of a collection what was not counted before its rows went. */
function settle(world: World, node: Node, fates: readonly Fate[], deleted: number): void {
  const fate = fates.find(({ collection }) => collection === node.collection.name);
  if (!fate) return;
  if (countedAsTheyGo(world, node)) fate.deleted += deleted;
  else if (liveEntries(world, node).some(({ ifEmpty }) => ifEmpty)) {
    // Rows that became the person's when another link was cut, which counts before this one.
    const more = Math.max(0, deleted - fate.deleted);
    fate.deleted += more;
    fate.unlinked -= Math.min(more, fate.unlinked);
  }
}

/** More often nothing that triggers write makes them write again. */
const rounds = 3;

/** What triggers wrote meanwhile where the map says that they do: it is found by the same links, and goes by the same rules. */
async function followTriggers(client: pg.ClientBase, world: World): Promise<void> {
  const written = storedNodes(world).filter(({ collection }) => collection.byTriggers);
  for (let round = 0; round < rounds; round++) {
    let rows = 0;
    for (const node of written)
      await at([node], async () => {
        await makeUpdates(client, cutting(world, node));
        if (ruleOf(world, node).action !== "delete") return;
        for (const statement of deletions(world, node)) rows += (await client.query(statement)).rowCount ?? 0;
      });
    if (rows === 0) return;
  }
}

/** One for each way in which a row is the person's: each can use an index of its own. */
const deletions = (world: World, node: Node): string[] =>
  ownWays(world, node).map((way) => `delete from ${tableOf(node)} t where ${all(way, sparing(world, node))}`);

/** A link that counts only while another one is empty counts once that one was cut. */
async function cutAgain(client: pg.ClientBase, world: World, node: Node): Promise<void> {
  if (liveEntries(world, node).some(({ ifEmpty }) => ifEmpty)) await makeUpdates(client, cutting(world, node));
}

async function makeUpdates(client: pg.ClientBase, updates: readonly Update[]): Promise<void> {
  for (const update of updates) await updateRows(client, update);
}
