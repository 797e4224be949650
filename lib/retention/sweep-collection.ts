import { all } from "../erasure/conditions";
import { currentTransaction, hasLasted } from "../erasure/lasting";
import { rest } from "../erasure/pace";
import { faultPoint } from "../faults";
import { dropPartitions } from "./drop-partitions";
import { type Due, dueSql } from "./due-rows";
import { isSame, noteRun, type Place, type Progress, plus, type Totals, totalsOf } from "./ledger";
import { areLeft, type Batch, type Open, sweepRange } from "./sweep-range";
import type { Sweeper, Target } from "./sweep-system";
import { relationName, relationsOf, relationsWith, startWalk, type Walk } from "./walk";

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
 * @throws what the database refused of single rows, once all others went
 */
export async function sweepCollection(sweeper: Sweeper, target: Target): Promise<Totals> {
  const { client, catalog, zone, links } = sweeper;
  const { collection, cutoff } = target;
  const due: Due = { collection, cutoff, zone };
  const incoming = links.filter(({ parent }) => parent === collection);
  const condition = all(dueSql(due, catalog, "p"), sweeper.only ?? null);
  const column = catalog.columns.get(collection.name)?.get(collection.since ?? "");
  if (!column) throw new Error("a column that was just read is not there");
  const refused: unknown[] = [];
  let work = await takeUp(sweeper, target);
  if (!work.place) work = fromTheStart(work);
  let resumed = work.place;
  if (incoming.length === 0) work = await dropPartitions(sweeper, target, work);
  for (;;) {
    const { deleted } = work.totals;
    const relations = await relationsOf(client, collection);
    const within = await relationsWith(client, collection, condition);
    for (const relation of relations) {
      const name = relationName(relation);
      if (!within.has(name)) continue;
      if (resumed && (name < resumed.relation || (name === resumed.relation && resumed.at === "end"))) continue;
      const from = resumed?.relation === name ? resumed.at : null;
      const walk = await startWalk(client, relation, { due: condition, column, name: collection.since ?? "" }, from);
      work = await goThrough(sweeper, target, work, walk, { relation, condition, incoming, refused });
    }
    if (refused.length > 0) {
      await noteStart(sweeper, target, work);
      throw refused[0];
    }
    // A link that was cut in due rows, or a trigger of what went, may have moved them to where nobody came by any more.
    const moves =
      incoming.some((link) => link.cut && link.childCollection === collection) || relations.some(({ acts }) => acts);
    if (!moves || (!resumed && work.totals.deleted === deleted)) return work.totals;
    if (!(await areLeft(sweeper, target, { condition, incoming }))) return work.totals;
    work = fromTheStart(work);
    await noteStart(sweeper, target, work);
    resumed = null;
  }
}

/** That whoever goes on goes through all of it once more. */
const noteStart = ({ ctx, sweep }: Sweeper, { run }: Target, work: Work): Promise<void> =>
  noteRun(ctx, sweep, run.id, work.totals, { transaction: null, place: null, before: work }, null);

/** What stayed is met again, and counted then. */
const fromTheStart = ({ totals }: Work): Work => ({
  totals: { ...totals, held: 0, waiting: 0, leftOver: 0 },
  place: null,
});

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
      const open = await sweepRange(lane, target, { ...batch, range });
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

/** Milliseconds after which a place is noted although nothing was due on the way there. */
const noteAnyway = 10_000;

/**
 * Notes here what an open transaction did of a range, and then makes it last there.
 * @throws HeldMeanwhile when another hold stands by now than did as it began
 */
export async function makeLast(
  { client, ctx, sweep, pace }: Sweeper,
  { run }: Target,
  before: Work,
  { done, place, standing }: Open,
): Promise<Work> {
  const next: Work = { totals: plus(before.totals, done), place };
  try {
    // Where nothing was due nothing has to last: after a fall it is read again, but not all of a long way.
    if (isSame(next.totals, before.totals) && performance.now() - pace.notedAt < noteAnyway) {
      await client.query("rollback");
      return next;
    }
    const transaction = await currentTransaction(client);
    await noteRun(ctx, sweep, run.id, next.totals, { transaction, place, before }, standing);
    pace.notedAt = performance.now();
    await faultPoint("retention.noted");
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
  await faultPoint("retention.lasting");
  return next;
}
