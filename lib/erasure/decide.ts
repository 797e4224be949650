import { randomBytes } from "node:crypto";
import type pg from "pg";
import { type Entry, holdsMany, type Node, type Plan } from "../data-map/compile";
import type { Held } from "../data-map/held";
import { isSomebody } from "../data-map/identity-sql";
import { none } from "../data-map/leading";
import { isPlain } from "../data-map/pairs";
import { feederValues, heldIf, holdsValues, leading, putIf, type Sizes } from "../data-map/reach-sql";
import type { Collection } from "../data-map/types";
import { keysTable } from "./anonymise";
import type { Catalog } from "./catalog";
import {
  all,
  any,
  cuts,
  itself,
  leads,
  no,
  not,
  notOwned,
  owned,
  storedNodes,
  tableOf,
  type World,
} from "./conditions";
import { deleteFirst } from "./delete-first";
import { findKnownAtHome, type KnownAtHome, type OthersAtHome } from "./find-known-at-home";
import { findShared } from "./find-shared";
import { findStays } from "./find-stays";
import { findWaysToHeld, findWaysToKept } from "./find-ways";
import { isOver, lockOver, type Over } from "./over";
import { type Reference, same } from "./references";
import { keyOf, memberOf, placeSql, type RowSet, rowSetSql } from "./row-sets";
import { tallied } from "./tally";

const otherTable = (at: number): string => `tc_others_${at}`;
const stayTable = (at: number): string => `tc_stays_${at}`;

/** The temporary table of keys, which a run needs beside the reach's own. */
export const decisionTables = `create temporary table ${keysTable} (run text, lasting text) on commit drop`;

/** Takes away what {@link decide} put aside, so that it can be asked anew in the same session. */
export const forgetSql = (world: World): string =>
  [keysTable, ...world.asides].map((table) => `drop table if exists pg_temp.${table}`).join("; ");

/** Makes a set of rows when it is first needed; most collections never need theirs. */
async function rowSet(client: pg.ClientBase, { catalog, asides }: World, node: Node, table: string): Promise<RowSet> {
  const rows = { table, key: keyOf(catalog, node) };
  if (!asides.has(table)) await client.query(rowSetSql(rows, node));
  asides.add(table);
  return rows;
}

/**
 * Finds which of the person's rows are another person's too, and which cannot go because something that stays points at them;
 * after that every row's fate is a condition (conditions.ts). Writes nothing but temporary tables, unless it may delete.
 * @param lastingKey of this installation, for values that are hashed alike in every run
 * @param deleting what is certain to go goes at once (delete-first.ts)
 * @param again an earlier pass cut links in this session, whose ends are known still
 * @param staying false for whoever takes only what nothing points at: then it need not be known what has to stay
 */
export async function decide(
  client: pg.ClientBase,
  given: {
    plan: Plan;
    sizes: Sizes;
    catalog: Catalog;
    references: readonly Reference[];
    held: Held;
    closedAt: Temporal.Instant;
    lastingKey: string;
    /** Accounts whose own rows make no identity somebody else's. */
    nobodyElse: readonly string[];
    /** Accounts whose own time is over too; missing: none. */
    over: Over | undefined;
    othersAtHome?: OthersAtHome | undefined;
    /** Collections, beside those that the map keeps until then, whose rows go so long after the account was closed. */
    later: (collection: Collection) => boolean;
  },
  { deleting = false, staying = true, again = false } = {},
): Promise<World> {
  const { lastingKey, nobodyElse, over: ended, othersAtHome, later, ...rest } = given;
  // Rows that a view shows cannot be kept as they are: such an account stays somebody until it is ended itself.
  const over = ended && given.catalog.views.has(ended.collection) ? undefined : ended;
  // Conditions ask the sets row by row as well; without an index each question would read a whole set.
  const indexes = given.plan.sources
    .filter((source) => (given.sizes.get(source) ?? 0) > 1)
    .map(({ table, width }) => {
      const columns = Array.from({ length: width }, (_, at) => `c${at + 1}`);
      return `create index on pg_temp.${table} (${columns.join(", ")})`;
    });
  if (indexes.length > 0) await client.query(indexes.join("; "));
  // The run's key is known to this transaction alone and gone with it: nobody can make a token again.
  await client.query(`insert into pg_temp.${keysTable} values ($1, $2)`, [randomBytes(32).toString("hex"), lastingKey]);
  const sets = { others: new Map(), stays: new Map(), shared: new Map(), gone: new Map() };
  const found = { ...sets, apart: new Map(), asides: new Set<string>() };
  const before = deleting ? await tallied(client, given.plan.system) : [];
  const world: World = { ...rest, ...found, before, leading: none };
  if (staying) await findWaysToHeld(client, world);
  await findOthers(client, world, { nobodyElse, over, othersAtHome, again });
  await findShared(client, world, nobodyElse);
  if (staying) await findWaysToKept(client, world, later);
  if (deleting) await deleteFirst(client, world);
  if (staying)
    await findStays(client, world, (node) => rowSet(client, world, node, stayTable(given.plan.nodes.indexOf(node))));
  return world;
}

/** Who counts as somebody else, and what in rows is known to be theirs by the home system. */
type Somebody = { nobodyElse: readonly string[]; over: Over | undefined; known: KnownAtHome };

type Claim = { node: Node; entry: Entry; feeder: Entry["source"]["feeders"][number] };

/** Rows that lead to somebody else as well, by any link that makes a row somebody's, directly or over rows that do. */
async function findOthers(
  client: pg.ClientBase,
  world: World,
  given: Pick<Somebody, "nobodyElse" | "over"> & { othersAtHome: OthersAtHome | undefined; again: boolean },
): Promise<void> {
  const { plan, others, references } = world;
  const { othersAtHome, over, again } = given;
  const add = async (node: Node, where: string): Promise<boolean> => {
    const rows = await rowSet(client, world, node, otherTable(plan.nodes.indexOf(node)));
    // The row that is the person asked for is nobody else's, whatever points at it.
    const { rowCount } = await client.query(
      `insert into pg_temp.${rows.table} select ${placeSql(rows, "t")} from ${tableOf(node)} t
       where ${all(owned(world, node, "t"), where, not(itself(world, node, "t")))} and not ${memberOf(rows, "t")}`,
    );
    if (rowCount) others.set(node, rows);
    return Boolean(rowCount);
  };
  const known: KnownAtHome = othersAtHome ? await findKnownAtHome(client, world, othersAtHome) : () => no;
  for (const node of storedNodes(world)) if (known(node, "t") !== no) await add(node, known(node, "t"));
  const claims = storedNodes(world)
    .filter(({ companyField }) => !companyField)
    .flatMap(claimsOn);
  // Once links were cut, a row that they made the person's may be another's alone, and so may what leads to it.
  const asked = claims.filter((claim) => again || others.has(claim.feeder.node) || !leadsToOne(world, claim));
  if (over)
    for (const claim of asked) {
      const shared = `${tableOf(claim.node)} t, ${sharing(claim, "t", "f")}`;
      await lockOver(
        client,
        over,
        claim.feeder.node,
        `${shared} and (${owned(world, claim.node, "t")}) and (${notOwned(world, claim.feeder.node, "f")})`,
        { of: claim.node, references },
      );
    }
  const somebody = { ...given, known };
  const waiting = new Set(asked);
  while (waiting.size > 0) {
    const [claim] = waiting;
    if (!claim) break;
    waiting.delete(claim);
    const counts = isCut(world, claim) ? outlasts(world, claim, somebody) : "true";
    if (counts === no) continue;
    if (!(await add(claim.node, isClaimed(world, claim, somebody, { counts })))) continue;
    const leadOn = (node: Node) => claimsOn(node).some(({ feeder }) => feeder.node === claim.node);
    for (const next of claims)
      if (next.feeder.node === claim.node || (isCut(world, next) && leadOn(next.feeder.node))) waiting.add(next);
  }
}

/** Every way in which a row of a collection may be somebody's. */
const claimsOn = (node: Node): Claim[] =>
  node.entries
    .filter(({ role, seedOnly }) => role !== "mentions" && !seedOnly)
    .flatMap((entry) => entry.source.feeders.map((feeder): Claim => ({ node, entry, feeder })));

/**
 * The condition that a claim makes row `row` somebody else's: a row that is not the person's alone leads to it.
 * @param by that row's alias
 * @param counts what is asked of it beside
 */
function isClaimed(
  world: World,
  claim: Claim,
  { nobodyElse, over }: Pick<Somebody, "nobodyElse" | "over">,
  { row = "t", by = "f", counts = "true" } = {},
): string {
  const { feeder, entry } = claim;
  const ended = isOver(over, feeder.node, by, { of: claim.node, references: world.references });
  const theirs = [all(notOwned(world, feeder.node, by), not(ended)), memberOf(world.others.get(feeder.node), by)];
  const somebody = entry.source.identity ? isSomebody(world.plan.system, feeder, nobodyElse, by) : "";
  return `exists (
    select 1 from ${sharing(claim, row, by)}${somebody} and (${counts}) and (${theirs.filter(Boolean).join(" or ")}))`;
}

/** Rows `by` of a claim's feeder that lead to row `row`, as one selects from them. */
const sharing = (claim: Claim, row: string, by: string): string =>
  `${tableOf(claim.feeder.node)} ${by} cross join lateral (select ${valuesOf(claim, by)}) ${by}v where ${leadsTo(claim, row, by)}`;

/**
 * The condition that row `f` claims another one although this erasure could cut its link: that stays, or the row is somebody else's
 * whatever becomes of the link. Else it is known by the claimed row alone, such as a line by its order, and is no claim of anybody's.
 */
function outlasts(world: World, claim: Claim, somebody: Somebody): string {
  const { node, columns } = claim.feeder;
  const ended = isOver(somebody.over, node, "f", { of: claim.node, references: world.references });
  return any([
    world.held(node.collection, "f") ?? no,
    leads(world, node, "f", columns),
    memberOf(world.others.get(node), "f") ?? no,
    node.entries.some(({ seedOnly }) => seedOnly) ? all(not(ended)) : no,
    somebody.known(node, "f"),
    ...claimsOn(node).map((one) => isClaimed(world, one, somebody, { row: "f", by: "g" })),
  ]);
}

/** A claim by a link that may be followed back as well, and that this erasure cuts. */
function isCut(world: World, { node, entry, feeder }: Claim): boolean {
  if (entry.holdsLink) return false;
  return feeder.node.entries.some(
    (back) =>
      !back.ifEmpty &&
      JSON.stringify(back.only) === JSON.stringify(feeder.only) &&
      same(back.columns, feeder.columns) &&
      back.source.feeders.some((other) => other.node === node && same(other.columns, entry.columns)) &&
      cuts(world, feeder.node, back).size > 0,
  );
}

/**
 * The only link there is, to a key: whoever's row it leads to, it is that one person's. Looked at only when that row turns out to
 * be another's too. An identity is no such link: one that is unique as it is written may stand for another account in other letters,
 * and what was the person's once can be somebody else's today. Nor is what is compared otherwise than the database compares its key.
 */
function leadsToOne({ plan: { scope }, catalog }: World, { node, entry, feeder }: Claim): boolean {
  const making = node.entries.filter(({ role }) => role !== "mentions" || scope === "company");
  // The database's word and not the map's: what is no key there may stand in the rows of several.
  const keys = catalog.uniques.get(feeder.node.collection.name) ?? [];
  return (
    making.length === 1 &&
    entry.source.feeders.length === 1 &&
    !entry.source.identity &&
    entry.pairs.every(isPlain) &&
    !holdsMany(node, entry.columns[0] ?? "") &&
    entry.columns.every((column, at) => {
      const [held, key] = [catalog.columns.get(node.collection.name), catalog.columns.get(feeder.node.collection.name)];
      return held?.get(column)?.collation === key?.get(feeder.columns[at] ?? "")?.collation;
    }) &&
    keys.some((key) => key.length > 0 && key.every((column) => feeder.columns.includes(column)))
  );
}

/** What row `by` of the feeder leads on by: the same, and compared alike, as when rows are found. */
const valuesOf = ({ entry: { source }, feeder }: Claim, by: string): string =>
  feederValues(source, feeder, by)
    .map((value, at) => `${value} as c${at + 1}`)
    .join(", ");

/** The condition that row `by` of the feeder, with its values `${by}v`, leads to row `row`. */
function leadsTo({ node, entry, feeder }: Claim, row: string, by: string): string {
  const values = [holdsValues(node, entry, row, `${by}v`), ...leading(feeder, `${by}v`)];
  return [...values, ...putIf(feeder, by), ...heldIf(node, entry, row)].join(" and ");
}
