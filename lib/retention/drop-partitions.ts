import { keptFromSweeps } from "../data-map/held";
import { relationOf } from "../data-map/identifiers";
import { currentTransaction } from "../erasure/lasting";
import { faultPoint } from "../faults";
import { undueSql } from "./due-rows";
import { keptFrom } from "./kept-now";
import { noteRun, plus } from "./ledger";
import type { Work } from "./sweep-collection";
import type { Sweeper, Target } from "./sweep-system";
import { type Relation, relationName, relationsOf, relationsWith } from "./walk";

/** Readers may wait so long for the moment in which a partition goes; else its rows are deleted in batches. */
const lockMs = 300;

/**
 * Removes partitions that hold nothing but due rows, none of them held: dropped where the login owns them, else emptied where it
 * may truncate. It takes as long for a million rows as for one. Only for collections that nothing points at, and not where a trigger
 * wants to see each row go.
 */
export async function dropPartitions(sweeper: Sweeper, target: Target, given: Work): Promise<Work> {
  const { client } = sweeper;
  const partitions = (await relationsOf(client, target.collection)).filter(
    ({ partition, owner, mayTruncate, acts }) => partition && (owner || mayTruncate) && !acts,
  );
  if (partitions.length === 0) return given;
  const { catalog, zone } = sweeper;
  const { collection, cutoff } = target;
  const undue = await relationsWith(client, collection, undueSql({ collection, cutoff, zone }, catalog, "p"));
  let work = given;
  for (const one of partitions.filter((relation) => !undue.has(relationName(relation)) && relation.blocks > 0)) {
    sweeper.signal?.throwIfAborted();
    work = await dropOne(sweeper, target, one, work);
  }
  return work;
}

async function dropOne(sweeper: Sweeper, target: Target, relation: Relation, work: Work): Promise<Work> {
  const { client, system, ctx, sweep } = sweeper;
  const { kept, standing } = await keptFrom(sweeper);
  const name = relationName(relation);
  await client.query("begin");
  try {
    await client.query(`set local lock_timeout = '${lockMs}ms'`);
    const holding = (await keptFromSweeps(client, system, kept))(target.collection, "p");
    if (holding && (await client.query(`select 1 from only ${name} p where ${holding} limit 1`)).rowCount) {
      await client.query("rollback");
      return work;
    }
    const transaction = await currentTransaction(client);
    const gone = { estimated: Math.round(relation.rows), partitions: 1 };
    const next: Work = { ...work, totals: plus(work.totals, gone) };
    // Noted first: nobody waits for us while the lock is held.
    const progress = { transaction, place: work.place, before: work };
    await noteRun(ctx, sweep, target.run.id, next.totals, progress, standing);
    await faultPoint("retention.noted");
    await faultPoint("retention.dropping");
    await client.query(
      relation.owner
        ? `lock table only ${relationOf(target.collection)} in access exclusive mode; drop table ${name}`
        : `truncate table only ${name}`,
    );
    await faultPoint("retention.dropped");
    await client.query("commit");
    await faultPoint("retention.lasting");
    return next;
  } catch (error) {
    await client.query("rollback").catch(() => {});
    // In use, or something hangs on it that is ours to keep: its rows go one by one.
    if (["55P03", "2BP01", "0A000", "42501"].includes(String((error as { code?: string }).code)))
      return undone(sweeper, target, work);
    throw error;
  }
}

/** What was noted did not happen. */
async function undone({ ctx, sweep }: Sweeper, { run }: Target, work: Work): Promise<Work> {
  await noteRun(ctx, sweep, run.id, work.totals, { transaction: null, place: work.place, before: work }, null);
  return work;
}
