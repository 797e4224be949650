import { keptFromSweeps } from "../data-map/held";
import { quoted } from "../data-map/identifiers";
import { all, not } from "../erasure/conditions";
import { holdsMore } from "./aging-fields";
import { dueSql } from "./due-rows";
import { keptFrom } from "./kept-now";
import { plus, type Totals } from "./ledger";
import { makeLasting, takeUp, type Work } from "./sweep-collection";
import type { Sweeper, Target } from "./sweep-system";
import { relationName, relationsOf, relationsWith, startWalk } from "./walk";

/**
 * Empties fields that are kept for less long than their rows, in batches; rows that are held, or that somebody has locked, stay for
 * another sweep. A field that was emptied before is not touched again.
 * @param values SQL of what each becomes (`agedValues`)
 * @returns what became of them, earlier attempts counted in
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
  for (const relation of await relationsOf(client, collection)) {
    const name = relationName(relation);
    if (!within.has(name)) continue;
    const walk = await startWalk(client, relation, { due, column, name: collection.since ?? "" }, null);
    for (;;) {
      signal?.throwIfAborted();
      const range = await walk.next(client, sweeper.pace.now.rows);
      if (!range) break;
      const { kept, standing } = await keptFrom(sweeper);
      await client.query("begin");
      try {
        const holding = (await keptFromSweeps(client, system, kept))(collection, "p");
        const aged = all(range.where, due, holdsMore(values));
        const { rowCount } = await client.query(
          `update only ${name} t set ${sets} where t.ctid = any (array(
             select p.ctid from only ${name} p where ${all(aged, not(holding))} for update skip locked))`,
        );
        const { rows } = await client.query<{ held: number; rest: number }>(
          `select count(*) filter (where ${holding ?? "false"})::int as held, count(*)::int as rest
           from only ${name} p where ${aged}`,
        );
        const { held = 0, rest = 0 } = rows[0] ?? {};
        const totals = plus(work.totals, { emptied: rowCount ?? 0, held, leftOver: rest - held });
        const next = { totals, place: null };
        work = await makeLasting(sweeper, target, { before: work, next, standing });
      } catch (error) {
        await client.query("rollback").catch(() => {});
        throw error;
      }
    }
  }
  return work.totals;
}
