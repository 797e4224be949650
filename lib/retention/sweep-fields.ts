import { keptFromSweeps } from "../data-map/held";
import { quoted } from "../data-map/identifiers";
import { all, not } from "../erasure/conditions";
import { holdsMore } from "./aging-fields";
import { dueSql } from "./due-rows";
import { keptFrom } from "./kept-now";
import type { Totals } from "./ledger";
import { makeLast, takeUp, type Work } from "./sweep-collection";
import { checkNow, type Open, putAside } from "./sweep-range";
import type { Sweeper, Target } from "./sweep-system";
import { relationName, relationsOf, relationsWith, startWalk } from "./walk";

/**
 * Empties fields that are kept for less long than their rows, in batches; rows that are held, or that somebody has locked, stay for
 * another sweep. A field that was emptied before is not touched again.
 * @param values SQL of what each becomes (`agedValues`)
 * @returns what became of them, earlier attempts counted in
 * @throws what the database refused of single rows, once all others were emptied
 */
export async function sweepFields(
  sweeper: Sweeper,
  target: Target,
  values: ReadonlyMap<string, string>,
): Promise<Totals> {
  const { client, catalog, zone, signal, system } = sweeper;
  const { collection, cutoff } = target;
  const column = catalog.columns.get(collection.name)?.get(collection.since ?? "");
  if (!column) throw new Error("a column that was just read is not there");
  const due = dueSql({ collection, cutoff, zone }, catalog, "p");
  const within = await relationsWith(client, collection, due);
  const sets = [...values].map(([name, value]) => `${quoted(name)} = ${value}`).join(", ");
  const { totals: known } = await takeUp(sweeper, target);
  // An attempt begins at the start: what an earlier one emptied it does not meet again, what stayed it does.
  let work: Work = { totals: { ...known, held: 0, leftOver: 0 }, place: null };
  const refused: unknown[] = [];
  /** Empties what is due of a range, in a transaction that stays open; once that was refused it only counts what is left there. */
  const inRange = async (name: string, where: string, isRefused = false): Promise<Open> => {
    const { kept, standing } = await keptFrom(sweeper);
    await client.query("begin");
    try {
      const holding = (await keptFromSweeps(client, system, kept))(collection, "p");
      const aged = all(where, due, holdsMore(values));
      const going = `select p.ctid from only ${name} p where ${all(aged, not(holding))} for update skip locked`;
      const emptied = isRefused
        ? 0
        : (await client.query(`update only ${name} t set ${sets} where t.ctid = any (array(${going}))`)).rowCount;
      await client.query(checkNow);
      const { rows } = await client.query<{ held: number; rest: number }>(
        `select count(*) filter (where ${holding ?? "false"})::int as held, count(*)::int as rest
         from only ${name} p where ${aged}`,
      );
      const { held = 0, rest = 0 } = rows[0] ?? {};
      return { done: { emptied: emptied ?? 0, held, leftOver: rest - held }, place: null, standing };
    } catch (error) {
      await client.query("rollback").catch(() => {});
      if (isRefused) throw error;
      putAside(error, refused);
      return inRange(name, where, true);
    }
  };
  for (const relation of await relationsOf(client, collection)) {
    const name = relationName(relation);
    if (!within.has(name)) continue;
    const walk = await startWalk(client, relation, { due, column, name: collection.since ?? "" }, null);
    for (;;) {
      signal?.throwIfAborted();
      const range = await walk.next(client, sweeper.pace.now.rows);
      if (!range) break;
      work = await makeLast(sweeper, target, work, await inRange(name, range.where));
    }
  }
  if (refused.length > 0) throw refused[0];
  return work.totals;
}
