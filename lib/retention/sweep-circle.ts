import { keptFromSweeps } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import { not } from "../erasure/conditions";
import { currentTransaction } from "../erasure/lasting";
import { faultPoint } from "../faults";
import { cutSql, type Due } from "./due-rows";
import { countDue, findWaiting, fixGoing, waitingTables } from "./find-waiting";
import { keptFrom } from "./kept-now";
import { noteRun, plus, type Totals } from "./ledger";
import { takeUp, type Work } from "./sweep-collection";
import type { Sweeper, Target } from "./sweep-system";

/**
 * Sweeps collections whose rows point at each other, or at themselves, by links that cannot be cut. They have no order, so they go
 * in one transaction, and in one statement: PostgreSQL looks at foreign keys when it ends.
 */
export async function sweepCircle(sweeper: Sweeper, targets: readonly Target[]): Promise<ReadonlyMap<Target, Totals>> {
  const { client, catalog, links, zone, system } = sweeper;
  const works = new Map<Target, Work>();
  for (const target of targets) works.set(target, await takeUp(sweeper, target));
  // All of it is one transaction: whatever lasted, lasted whole.
  if ([...works.values()].some(({ place }) => place?.at === "end"))
    return new Map([...works].map(([target, { totals }]) => [target, totals]));
  const dueOf = ({ collection, cutoff }: Target): Due => ({ collection, cutoff, zone });
  const dues = new Map(targets.map((target) => [target, dueOf(target)]));
  const { kept, standing } = await keptFrom(sweeper);
  await client.query(`begin isolation level repeatable read; ${waitingTables}`);
  try {
    const held = await keptFromSweeps(client, system, kept);
    const all = [...dues.values()];
    const { waiting, going: free } = await findWaiting(client, catalog, all, links, held);
    const going = await fixGoing(client, all, free);
    const counted = new Map<Target, Totals>();
    for (const [target, due] of dues) {
      const found = await countDue(client, catalog, due, { going, waiting }, held);
      counted.set(target, plus((works.get(target) as Work).totals, found));
    }
    for (const link of links) {
      const parent = [...dues.values()].find(({ collection }) => collection === link.parent);
      const child = [...dues.values()].find(({ collection }) => collection === link.childCollection);
      if (!parent) continue;
      const statement = cutSql(
        link,
        { from: `${tableName(parent.collection)} p`, goes: (row) => going(parent, row) },
        child ? not(going(child, "t")) : null,
      );
      const target = targets.find(({ collection }) => collection === link.parent);
      if (!statement || !target) continue;
      const { rowCount } = await client.query(statement);
      counted.set(target, plus(counted.get(target) as Totals, { cut: rowCount ?? 0 }));
    }
    const parts = [...dues].map(
      ([{ collection }, due], at) =>
        `d${at} as (delete from ${tableName(collection)} p where ${going(due, "p")} returning 1)`,
    );
    const gone = parts.map((_, at) => `(select count(*) from d${at})::int`);
    const { rows } = await client.query<{ gone: number[] }>(
      `with ${parts.join(", ")} select array[${gone.join(", ")}] as gone`,
    );
    // Those that a trigger kept back were counted as going.
    for (const [at, target] of targets.entries()) {
      const totals = counted.get(target) as Totals;
      const back = totals.deleted - (works.get(target) as Work).totals.deleted - (rows[0]?.gone[at] ?? 0);
      counted.set(target, plus(totals, { deleted: -back, leftOver: back }));
    }
    await faultPoint("retention.deleted");
    const transaction = await currentTransaction(client);
    for (const target of targets) {
      const before = works.get(target) as Work;
      const progress = { transaction, before, place: { relation: "all", at: "end" } };
      await noteRun(sweeper.ctx, sweeper.sweep, target.run.id, counted.get(target) as Totals, progress, standing);
    }
    await faultPoint("retention.noted");
    await client.query("commit");
    await faultPoint("retention.lasting");
    return counted;
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}
