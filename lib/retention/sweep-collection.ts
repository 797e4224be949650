import { type Held, keptFromSweeps } from "../data-map/held";
import { all, not } from "../erasure/conditions";
import { currentTransaction, hasLasted } from "../erasure/lasting";
import { rest } from "../erasure/pace";
import { faultPoint } from "../faults";
import { dropPartitions } from "./drop-partitions";
import { cutSql, type Due, dueSql, waitingSql } from "./due-rows";
import { isSame, noteRun, type Place, type Progress, plus, type Totals, totalsOf } from "./ledger";
import type { Link } from "./links";
import type { Sweeper, Target } from "./sweep-system";
import { type Range, type Relation, relationName, relationsOf, relationsWith, startWalk, type Walk } from "./walk";

/** The state of one collection while it is swept: what lasted, and what the newest transaction will have made of it. */
export type Work = { totals: Totals; place: Place | null };

/** What an earlier attempt left: its last transaction counts only if it lasted. */
export async function takeUp({ url }: Sweeper, { run }: Target): Promise<Work> {
  const progress = run.progress as Progress | null;
  const known: Work = { totals: totalsOf(run), place: progress?.place ?? null };
  if (!progress?.transaction || (await hasLasted(url, progress.transaction))) return known;
  return progress.before;
}

/**
 * Deletes the due rows of one collection. Rows that are held stay; rows that a staying row points at by a link it cannot be without
 * wait for that one; other links to what goes are cut.
 */
export async function sweepCollection(sweeper: Sweeper, target: Target): Promise<void> {
  const { client, catalog, zone, links } = sweeper;
  const { collection, cutoff } = target;
  const due: Due = { collection, cutoff, zone };
  const incoming = links.filter(({ parent }) => parent === collection);
  const condition = all(dueSql(due, catalog, "p"), sweeper.only ?? null);
  const column = catalog.columns.get(collection.name)?.get(collection.since ?? "");
  if (!column) throw new Error("a column that was just read is not there");
  let work = await takeUp(sweeper, target);
  const resumed = work.place;
  if (incoming.length === 0) work = await dropPartitions(sweeper, target, work);
  const within = await relationsWith(client, collection, condition);
  for (const relation of await relationsOf(client, collection)) {
    const name = relationName(relation);
    if (!within.has(name)) continue;
    if (resumed && (name < resumed.relation || (name === resumed.relation && resumed.at === "end"))) continue;
    const from = resumed?.relation === name ? resumed.at : null;
    const walk = await startWalk(client, relation, { due: condition, column, name: collection.since ?? "" }, from);
    work = await goThrough(sweeper, target, work, walk, { relation, condition, incoming });
  }
}

/**
 * All of one relation. Rows that nothing points at go through two sessions in turn: while one transaction is noted and made
 * lasting, the next one deletes already. It is noted only once the one before it lasted, so that at most one is ever in doubt.
 */
async function goThrough(
  sweeper: Sweeper,
  target: Target,
  given: Work,
  walk: Walk,
  batch: Omit<Batch, "range">,
): Promise<Work> {
  const { signal, spare, pace } = sweeper;
  const lanes = [sweeper, ...(spare && batch.incoming.length === 0 ? [{ ...sweeper, client: spare }] : [])];
  let lasting = Promise.resolve(given);
  try {
    for (let turn = 0; ; turn++) {
      signal?.throwIfAborted();
      const lane = lanes[turn % lanes.length] ?? sweeper;
      if (lanes.length === 1) await lasting;
      const range = await walk.next(lane.client, pace.now.rows);
      if (!range) return await lasting;
      const open = await inBatch(lane, target, { ...batch, range });
      const work = await lasting.catch(async (error) => {
        await lane.client.query("rollback").catch(() => {});
        throw error;
      });
      lasting = makeLast(lane, target, work, open);
      // Looked at in its turn, which may come after it failed.
      lasting.catch(() => {});
      await rest(sweeper);
    }
  } finally {
    await lasting.catch(() => {});
  }
}

type Batch = { relation: Relation; range: Range; condition: string; incoming: readonly Link[] };

/** How much of a range is tried: all of it, what nobody holds locked, or nothing, when even links to it are locked. */
type Reach = "all" | "unlocked" | "nothing";

/** What an open transaction did in its range. */
type Open = { place: Place; done: Partial<Totals> };

async function inBatch(lane: Sweeper, target: Target, batch: Batch): Promise<Open> {
  for (const reach of ["all", "unlocked"] as const)
    try {
      return await sweepRange(lane, target, batch, reach);
    } catch (error) {
      // Somebody holds a row: the others go now, that one at the next sweep.
      if ((error as { code?: string }).code !== "55P03") throw error;
    }
  return sweepRange(lane, target, batch, "nothing");
}

/** Deletes what goes of one range, in a transaction that stays open. */
async function sweepRange(
  sweeper: Sweeper,
  target: Target,
  { relation, range, condition, incoming }: Batch,
  reach: Reach,
): Promise<Open> {
  const { client, system } = sweeper;
  const kept = await sweeper.kept();
  await client.query("begin");
  try {
    const held: Held = kept.length > 0 ? await keptFromSweeps(client, system, kept) : () => null;
    const holding = held(target.collection, "p");
    const waiting = waitingSql(target.collection, incoming, held);
    const from = `only ${relationName(relation)} p`;
    const start = performance.now();
    const going = all(range.where, condition, holding && not(holding), waiting === "false" ? null : not(waiting));
    const counts =
      reach === "nothing"
        ? { deleted: 0, cut: 0 }
        : incoming.length > 0
          ? await deleteLinked(sweeper, relation, { from, going, waiting, incoming })
          : { deleted: await deletePlain(sweeper, from, going, reach), cut: 0 };
    await faultPoint("retention.deleted");
    const asked = holding !== null || waiting !== "false" || reach !== "all";
    const left = asked ? await leftIn(sweeper, from, all(range.where, condition), holding, waiting) : {};
    sweeper.pace.took = performance.now() - start;
    return { done: { ...counts, ...left }, place: { relation: relationName(relation), at: range.next } };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

/** Milliseconds after which a place is noted although nothing was due on the way there. */
const noteAnyway = 10_000;

/** Notes here what an open transaction did, and then makes it last there. */
async function makeLast(
  { client, ctx, sweep, pace }: Sweeper,
  { run }: Target,
  before: Work,
  { done, place }: Open,
): Promise<Work> {
  const next: Work = { totals: plus(before.totals, done), place };
  try {
    // Where nothing was due nothing has to last: after a fall it is read again, but not all of a long way.
    if (isSame(next.totals, before.totals) && performance.now() - pace.notedAt < noteAnyway) {
      await client.query("rollback");
      return next;
    }
    const transaction = await currentTransaction(client);
    await noteRun(ctx, sweep, run.id, next.totals, { transaction, place, before });
    pace.notedAt = performance.now();
    await faultPoint("retention.noted");
    await client.query("commit");
    await faultPoint("retention.lasting");
    return next;
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

async function deletePlain({ client }: Sweeper, from: string, going: string, reach: Reach): Promise<number> {
  const where =
    reach === "unlocked"
      ? `p.ctid = any (array(select p.ctid from ${from} where ${going} for update skip locked))`
      : going;
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
  const inBatch = `p.ctid in (select b.c from pg_temp.${batchTable} b)`;
  if (waiting !== "false")
    await client.query(
      `delete from pg_temp.${batchTable} where c in (select p.ctid from ${from} where ${inBatch} and (${waiting}))`,
    );
  let cut = 0;
  for (const link of incoming) {
    // Rows that go with it keep their place, by which they are known.
    const itself = `not (t.tableoid = ${relation.oid}::oid and t.ctid in (select b.c from pg_temp.${batchTable} b))`;
    const statement = cutSql(link, { from, where: inBatch }, link.childCollection === link.parent ? itself : null);
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
