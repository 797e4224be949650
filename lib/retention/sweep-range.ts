import { keptFromSweeps } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import { isRaised } from "../data-map/reach-error";
import { all, no, not } from "../erasure/conditions";
import { isLocked } from "../erasure/stopped-by";
import { faultPoint } from "../faults";
import type { StandingHolds } from "../holds/kept-back";
import { cutSql, dueSql, mayGoSql, waitingSql } from "./due-rows";
import { keptFrom } from "./kept-now";
import type { Place, Totals } from "./ledger";
import type { Link } from "./links";
import type { Sweeper, Target } from "./sweep-system";
import { type WaitingFor, waitingFor } from "./waiting-for";
import { type Range, type Relation, relationName } from "./walk";

/** Rows of a range of one relation that are due, and the links that lead to them. */
export type Batch = {
  relation: Relation;
  range: Range;
  condition: string;
  incoming: readonly Link[];
  /** Gets what the database refused of single rows; whoever swept the others says it. */
  refused: unknown[];
};

/** More ranges than that in which it refuses, and it is not about single rows. */
const fewRefused = 10;

/** What the platform would look at only when a range is made lasting is refused with it. */
export const checkNow = "set constraints all immediate";

/** How much of a range is tried: all of it, what nobody holds locked, or nothing, when even links to it are locked. */
type Reach = "all" | "unlocked" | "nothing";

/** What an open transaction did in its range. */
export type Open = { place: Place | null; done: Partial<Totals>; standing: StandingHolds | null };

/** Deletes what goes of one range, in a transaction that stays open. */
export async function sweepRange(lane: Sweeper, target: Target, batch: Batch): Promise<Open> {
  for (const reach of ["all", "unlocked"] as const)
    try {
      return await tryRange(lane, target, batch, reach);
    } catch (error) {
      // Somebody holds a row: the others go now, that one at the next sweep.
      if (isLocked(error)) continue;
      putAside(error, batch.refused);
      break;
    }
  return tryRange(lane, target, batch, "nothing");
}

/**
 * What the database refused of a range, such as by a guard of the platform's for one of its rows: these stay together, and the ranges after
 * this go.
 * @throws it when it is not about single rows
 */
export function putAside(error: unknown, refused: unknown[]): void {
  if (!concernsRows(error) || refused.length === fewRefused) throw error;
  refused.push(error);
}

const concernsRows = (error: unknown): boolean =>
  isRaised(error) || /^(22|23|40|P0)/.test(String((error as { code?: string }).code));

/**
 * Begins a transaction and asks what keeps a due row `p` in it: a hold, or what points at it.
 * @returns beside both the condition that neither does
 */
async function beginAsking(sweeper: Sweeper, { collection, cutoff }: Target, incoming: readonly Link[]) {
  const { client, system, catalog, zone } = sweeper;
  const { kept, standing } = await keptFrom(sweeper);
  await client.query("begin");
  const held = await keptFromSweeps(client, system, kept);
  const holding = held(collection, "p");
  const mayGo = mayGoSql({ collection, cutoff, zone }, catalog, held, "q");
  const waiting = waitingSql(collection, incoming, held, mayGo);
  const free = all(not(holding), waiting === no ? null : not(waiting));
  return { held, standing, holding, waiting, free };
}

async function tryRange(
  sweeper: Sweeper,
  target: Target,
  { relation, range, condition, incoming }: Batch,
  reach: Reach,
): Promise<Open> {
  const { client } = sweeper;
  try {
    const { standing, holding, waiting, free } = await beginAsking(sweeper, target, incoming);
    const from = `only ${relationName(relation)} p`;
    const start = performance.now();
    const going = all(range.where, condition, free);
    const counts =
      reach === "nothing"
        ? { deleted: 0, cut: 0 }
        : incoming.length > 0
          ? await deleteLinked(sweeper, relation, { from, going, waiting, incoming })
          : { deleted: await deletePlain(sweeper, relation, { from, going, reach }), cut: 0 };
    await client.query(checkNow);
    await faultPoint("retention.deleted");
    // Of linked rows those that somebody holds locked are left out; and a trigger or a rule may keep some, such as one that marks them instead.
    const asked = holding !== null || incoming.length > 0 || relation.acts || reach !== "all";
    const left = asked ? await leftIn(sweeper, from, all(range.where, condition), holding, waiting) : {};
    sweeper.pace.took = performance.now() - start;
    return { standing, done: { ...counts, ...left }, place: { relation: relationName(relation), at: range.next } };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

/** Whether due rows are left that nothing keeps, wherever in the collection they lie. */
export async function areLeft(
  sweeper: Sweeper,
  target: Target,
  { condition, incoming }: Pick<Batch, "condition" | "incoming">,
): Promise<boolean> {
  const { client } = sweeper;
  try {
    const { free } = await beginAsking(sweeper, target, incoming);
    const { rowCount } = await client.query(
      `select 1 from ${tableName(target.collection)} p where ${all(condition, free)} limit 1`,
    );
    return rowCount !== 0;
  } finally {
    await client.query("rollback");
  }
}

/** Once everything that goes is gone: what the due rows of a collection that are left wait for. */
export async function whatWaits(sweeper: Sweeper, target: Target): Promise<WaitingFor> {
  const { client, catalog, zone, links } = sweeper;
  const { collection } = target;
  try {
    const { held, holding } = await beginAsking(sweeper, target, []);
    const waiting = all(dueSql({ ...target, zone }, catalog, "p"), not(holding));
    return await waitingFor(client, collection, { links, held, waiting });
  } finally {
    await client.query("rollback");
  }
}

async function deletePlain(
  { client }: Sweeper,
  { acts }: Relation,
  { from, going, reach }: { from: string; going: string; reach: Reach },
): Promise<number> {
  const where =
    reach === "unlocked"
      ? `p.ctid = any (array(select p.ctid from ${from} where ${going} for update skip locked))`
      : going;
  // A guard of the platform's that acts on whole statements refuses one that finds no row too.
  if (acts && !(await client.query(`select 1 from ${from} where ${going} limit 1`)).rowCount) return 0;
  const { rowCount } = await client.query(`delete from ${from} where ${where}`);
  return rowCount ?? 0;
}

const batchTable = "tc_retention_batch";

/**
 * The same for rows that others may point at: locked first, so that nobody can begin to, then asked again, since somebody may
 * have begun in between.
 */
async function deleteLinked(
  { client }: Sweeper,
  relation: Relation,
  given: { from: string; going: string; waiting: string; incoming: readonly Link[] },
): Promise<{ deleted: number; cut: number }> {
  const { from, going, waiting, incoming } = given;
  await client.query(`create temporary table ${batchTable} (c tid) on commit drop`);
  const locked = await client.query(
    `insert into pg_temp.${batchTable} select p.ctid from ${from} where ${going} for update skip locked`,
  );
  if (!locked.rowCount) return { deleted: 0, cut: 0 };
  const isInBatch = (row: string) => `${row}.ctid in (select b.c from pg_temp.${batchTable} b)`;
  const inBatch = isInBatch("p");
  if (waiting !== "false")
    await client.query(
      `delete from pg_temp.${batchTable} where c in (select p.ctid from ${from} where ${inBatch} and (${waiting}))`,
    );
  let cut = 0;
  for (const link of incoming) {
    // Rows that go with it keep their place, by which they are known.
    const goes = (row: string) => `${row}.tableoid = ${relation.oid}::oid and ${isInBatch(row)}`;
    const statement = cutSql(link, { from, goes }, link.childCollection === link.parent ? not(goes("t")) : null);
    if (statement) cut += (await client.query(statement)).rowCount ?? 0;
  }
  const { rowCount } = await client.query(`delete from ${from} where ${inBatch}`);
  return { deleted: rowCount ?? 0, cut };
}

/** What is still there of the range. */
async function leftIn(
  { client }: Sweeper,
  from: string,
  due: string,
  holding: string | null,
  waiting: string,
): Promise<Partial<Totals>> {
  const held = holding ?? "false";
  const { rows } = await client.query<{ rest: number; held: number; waiting: number }>(
    `select count(*)::int as rest, count(*) filter (where ${held})::int as held,
            count(*) filter (where ${all(not(held), waiting)})::int as waiting
     from ${from} where ${due}`,
  );
  const [row] = rows;
  if (!row) throw new Error("a count without an answer");
  return { held: row.held, waiting: row.waiting, leftOver: row.rest - row.held - row.waiting };
}
