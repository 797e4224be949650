import type { Ctx } from "../context";
import { countsFrom } from "../data-map/counts-from";
import { homeSystem } from "../data-map/load";
import type { DataMap } from "../data-map/types";
import { ErasureRefused } from "../erasure/catalog";
import { eraserUrl, noEraser } from "../erasure/eraser-url";
import { endsWithPerson } from "../erasure/kept-until";
import { ErasurePutOff } from "../erasure/one-at-a-time";
import { stoppedBy } from "../erasure/stopped-by";
import { type Closing, endAccount } from "./close-account";
import { accountsDue, type ClosedAccount, closedAges } from "./closed-accounts";
import { keyOf, settlePending } from "./closures";
import { connectSweeper, refuseAhead } from "./connect-sweeper";
import { finishRun, type Run, type Sweep } from "./ledger";
import { refreshViewsOf } from "./refresh-views";
import { retentionProblems } from "./rules";
import { openTarget, type SweepOptions } from "./sweep-system";
import { closingRules } from "./what-ends";

/** Accounts that one look takes. */
const page = 200;

const collectionsOf = ({ systems }: DataMap) =>
  systems.flatMap((system) =>
    system.collections
      .filter(({ retention }) => countsFrom(retention) === "account closure")
      .map((collection) => ({ system, collection })),
  );

/**
 * Ends closed accounts whose periods are over, by the erasure engine: of a company everything whose class is due, of a person
 * whose company lives on what is theirs alone. What is not due stays as it is, and what it needs of the account stays as an empty
 * row. An account that was opened again does not count; closed again, it counts anew.
 * @returns what could not be done, one sentence each
 * @throws ErasurePutOff while another erasure is at work: the sweep goes on with these accounts a little later
 */
export async function closeAccounts(
  ctx: Ctx,
  sweep: Sweep,
  map: DataMap,
  { rules: given, zone, kept, signal }: SweepOptions,
): Promise<string[]> {
  const home = homeSystem(map);
  const rules = closingRules(given, sweep.at, zone);
  const runs = await openRuns(ctx, sweep, map, { rules, zone });
  if ([...runs.values()].every(({ finishedAt }) => finishedAt)) return [];
  const url = eraserUrl(home);
  const missing = map.systems.filter((system) => !eraserUrl(system));
  const unknown = retentionProblems(map).filter(({ system, collection }) => runs.has(keyOf(system, collection)));
  const refused = url
    ? [
        ...missing.map(({ name }) => `${name}: ${noEraser}`),
        ...unknown.map(({ system, collection, problem }) => `${system}.${collection}: ${problem}`),
      ]
    : [`${home.name}: ${noEraser}`];
  if (!url || refused.length > 0) {
    await failAll(ctx, sweep, runs, refused);
    return refused;
  }
  const problems = new Set<string>();
  const start = performance.now();
  const client = await connectSweeper(url);
  const closing: Closing = { ctx, sweep, client, map, rules, runs, kept };
  try {
    await refuseAhead(client, ctx, sweep.at, home.name);
    await settlePending(closing);
    for (const scope of ["company", "person"] as const) {
      let after: string | null = null;
      for (;;) {
        const found: ClosedAccount[] = await accountsDue(client, map, scope, rules, after, page);
        for (const account of found) {
          signal?.throwIfAborted();
          const problem = await endAccount(closing, account);
          if (problem) problems.add(problem);
        }
        after = found.at(-1)?.id ?? null;
        if (found.length < page) break;
      }
    }
    // Once for all accounts, and before any run counts as done.
    for (const system of map.systems)
      try {
        await refreshViewsOf(ctx, sweep, system, rules);
      } catch (error) {
        signal?.throwIfAborted();
        problems.add(stoppedBy(error, system.name));
      }
    const took = (performance.now() - start) / Math.max(1, runs.size);
    // The same for all collections of a class that end with the same accounts, of which there may be a thousand.
    const known = new Map<string, Awaited<ReturnType<typeof closedAges>>>();
    for (const { system, collection } of collectionsOf(map)) {
      const run = runs.get(keyOf(system.name, collection.name));
      const rule = rules.find(({ name }) => name === collection.retention);
      if (!run || !rule) continue;
      const failure = [...problems].join("\n") || null;
      const key = JSON.stringify([rule.name, endsWithPerson(home, collection)]);
      const ages = known.get(key) ?? (await closedAges(client, home, collection, rule, sweep.at));
      known.set(key, ages);
      await finishRun(ctx, sweep, run.id, { ...ages, took, failure });
    }
  } catch (error) {
    if (!(error instanceof ErasureRefused)) throw error;
    await failAll(ctx, sweep, runs, [error.message]);
    if (error instanceof ErasurePutOff) throw error;
    problems.add(error.message);
  } finally {
    await client.end().catch(() => {});
  }
  return [...problems];
}

async function openRuns(
  ctx: Ctx,
  sweep: Sweep,
  map: DataMap,
  options: Pick<SweepOptions, "rules" | "zone">,
): Promise<Map<string, Run>> {
  const runs = new Map<string, Run>();
  for (const { system, collection } of collectionsOf(map)) {
    const target = await openTarget(ctx, sweep, { system, collection, retention: collection.retention }, options);
    if (target) runs.set(keyOf(system.name, collection.name), target.run);
  }
  return runs;
}

async function failAll(
  ctx: Ctx,
  sweep: Sweep,
  runs: ReadonlyMap<string, Run>,
  problems: readonly string[],
): Promise<void> {
  for (const run of runs.values())
    if (!run.finishedAt) await finishRun(ctx, sweep, run.id, { failure: problems.join("\n"), took: 0 });
}
