import { eq } from "drizzle-orm";
import type pg from "pg";
import { z } from "zod";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { type Held, heldIn, keptFromSweeps } from "../data-map/held";
import { tableName } from "../data-map/identifiers";
import { dataMap, homeSystem } from "../data-map/load";
import { accountsOf } from "../data-map/named";
import type { Collection, DataMap, System } from "../data-map/types";
import { retentionRuns, retentionSweeps } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { type Catalog, ErasureRefused } from "../erasure/catalog";
import { no, not } from "../erasure/conditions";
import { eraserUrl, noEraser } from "../erasure/eraser-url";
import { readErasable } from "../erasure/read-erasable";
import { referencesOf } from "../erasure/references";
import { stoppedBy } from "../erasure/stopped-by";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { valuesOf } from "../policy/values";
import { agesOf } from "./ages";
import { agedValues, agingFields, holdsMore } from "./aging-fields";
import { accountsDue, closedAges, heldAccounts } from "./closed-accounts";
import { openClasses } from "./closures";
import { connectSweeper } from "./connect-sweeper";
import { type Due, dueSql } from "./due-rows";
import { countDue, findWaiting, waitingTables } from "./find-waiting";
import { keptNow } from "./kept-now";
import { endSweep, finishRun, insertSweep, openRun, type Sweep } from "./ledger";
import { type Link, linksOf } from "./links";
import { agingCollections, agingProblem, type RetentionRule, rulesOf } from "./rules";
import { openTarget } from "./sweep-system";
import { waitingFor } from "./waiting-for";
import { closingRules, dueClasses, rulesFor } from "./what-ends";

/** Asks for a dry run; a job counts it, and the page shows the counts. Agents and officers. */
export async function requestPreview(
  ctx: Ctx,
): Promise<Result<{ sweepId: string }, "not-allowed" | "step-up-required">> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  return withPower(ctx, async (tx) => {
    const sweep = await insertSweep(tx, "dry-run", { requestedBy: actor.staffId });
    if (!sweep) throw new Error("a dry run was not stored");
    await enqueue(tx, "retention.preview", { sweepId: sweep.id });
    await recordAudit(tx, { action: "retention.preview-asked", object: { type: "retention_sweep", id: sweep.id } });
    return ok({ sweepId: sweep.id });
  });
}

/** A dry run that nobody on the desk asked for, such as from the command line. */
export const startPreview = (ctx: Ctx): Promise<Sweep | null> =>
  withTransaction(ctx, (tx) => insertSweep(tx, "dry-run"));

/**
 * Job: counts what a sweep would do now, by the very conditions by which it would. Changes nothing. Done before, it does nothing.
 */
export async function previewSweep(
  ctx: Ctx,
  input: { sweepId: string },
  { map = dataMap() }: { map?: DataMap } = {},
): Promise<void> {
  const { sweepId } = z.object({ sweepId: z.uuid() }).parse(input);
  const sweep = await withTransaction(ctx, async (tx): Promise<Sweep | null> => {
    const [row] = await tx.db.select().from(retentionSweeps).where(eq(retentionSweeps.id, sweepId));
    if (!row || row.finishedAt || row.kind !== "dry-run") return null;
    await tx.db.delete(retentionRuns).where(eq(retentionRuns.sweepId, sweepId));
    return { id: row.id, attempt: row.attempt, at: row.at, values: valuesOf(row.policyNumber) };
  });
  if (!sweep) return;
  const rules = rulesOf(sweep.values);
  const problems: string[] = [];
  for (const system of map.systems) problems.push(...(await previewSystem(ctx, sweep, system, rules)));
  problems.push(...(await previewClosings(ctx, sweep, rules, map)));
  // What cannot be counted is said beside its collection; the dry run itself is done.
  await endSweep(ctx, sweep, null);
}

/** @returns what could not be counted */
async function previewSystem(
  ctx: Ctx,
  sweep: Sweep,
  system: System,
  rules: readonly RetentionRule[],
): Promise<string[]> {
  const zone = config.clocks.zone;
  const url = eraserUrl(system);
  const problems: string[] = [];
  const targets = [];
  for (const collection of agingCollections(system)) {
    const given = { system, collection, retention: collection.retention };
    const target = await openTarget(ctx, sweep, given, { rules, zone });
    if (!target) continue;
    const { cutoff, run } = target;
    const problem = agingProblem(collection) ?? (url ? null : noEraser);
    if (problem) {
      problems.push(`${system.name}.${collection.name}: ${problem}`);
      await finishRun(ctx, sweep, run.id, { failure: `${collection.name}: ${problem}`, took: 0 });
    } else targets.push({ due: { collection, cutoff, zone } satisfies Due, run });
  }
  if ((targets.length === 0 && agingFields(system).length === 0) || !url) return problems;
  const client = await connectSweeper(url);
  try {
    await client.query("begin isolation level repeatable read");
    // As the sweep reads it: what that would refuse is not promised here.
    const catalog = await readErasable(client, system);
    const isView = ({ collection }: Due) => catalog.views.has(collection.name);
    const stored = targets.filter(({ due }) => !isView(due));
    // What a view shows goes with the tables behind it.
    for (const { due, run } of targets) if (isView(due)) await finishRun(ctx, sweep, run.id, { took: 0 });
    const links = linksOf(system, referencesOf(system, catalog), catalog);
    await client.query(waitingTables);
    const held = await keptFromSweeps(client, system, await keptNow(ctx)());
    await client.query("set transaction read only");
    const found = await findWaiting(
      client,
      catalog,
      stored.map(({ due }) => due),
      links,
      held,
    );
    const goes: Counting["goes"] = (collection, row) => {
      const target = stored.find(({ due }) => due.collection === collection);
      return target ? found.going(target.due, row) : no;
    };
    const staying = ({ childCollection }: Link) => (childCollection ? not(goes(childCollection, "t")) : null);
    problems.push(...(await previewFields(ctx, sweep, { client, system, catalog, rules, held, goes })));
    for (const { due, run } of stored) {
      const start = performance.now();
      const counted = await countDue(client, catalog, due, found, held);
      const waits = counted.waiting
        ? await waitingFor(client, due.collection, { links, held, waiting: found.waiting(due, "p") }, staying)
        : null;
      const ages = await agesOf(client, due, sweep.at);
      await finishRun(ctx, sweep, run.id, {
        ...{ ...counted, ...ages, waitingFor: waits },
        took: performance.now() - start,
      });
    }
    return problems;
  } catch (error) {
    const failure = stoppedBy(error, system.name);
    for (const { run } of targets) await finishRun(ctx, sweep, run.id, { failure, took: 0 });
    return [...problems, failure];
  } finally {
    await client.query("rollback").catch(() => {});
    await client.end().catch(() => {});
  }
}

type Counting = {
  client: pg.Client;
  system: System;
  catalog: Catalog;
  rules: readonly RetentionRule[];
  held: Held;
  /** The condition that a row goes by its own age. */
  goes: (collection: Collection, row: string) => string;
};

/** Rows that stay and would lose fields which are kept for less long than they are. @returns what could not be counted */
async function previewFields(
  ctx: Ctx,
  sweep: Sweep,
  { client, system, catalog, rules, held, goes }: Counting,
): Promise<string[]> {
  const zone = config.clocks.zone;
  const problems: string[] = [];
  for (const aging of agingFields(system)) {
    const { collection, retention, problem } = aging;
    const target = await openTarget(ctx, sweep, { system, collection, retention }, { rules, zone });
    if (!target) continue;
    const { cutoff, run } = target;
    const { values, problems: impossible } = agedValues(aging, catalog);
    const failure = [...(problem ? [`${collection.name}: ${problem}`] : []), ...impossible].join("\n") || null;
    if (failure) problems.push(failure);
    const holding = held(collection, "p") ?? "false";
    const counted = failure
      ? { emptied: 0 }
      : (
          await client.query<{ emptied: number; held: number }>(
            `select count(*) filter (where ${not(holding)})::int as emptied, count(*) filter (where ${holding})::int as held from ${tableName(collection)} p
             where ${dueSql({ collection, cutoff, zone }, catalog, "p")} and (${holdsMore(values)}) and ${not(goes(collection, "p"))}`,
          )
        ).rows[0];
    await finishRun(ctx, sweep, run.id, { ...counted, failure, took: 0 });
  }
  return problems;
}

const page = 1000;

/** Counts the accounts whose time is over, class by class, and which of them are on hold; what is in them is counted when they are ended. */
async function previewClosings(
  ctx: Ctx,
  sweep: Sweep,
  given: readonly RetentionRule[],
  map: DataMap,
): Promise<string[]> {
  const home = homeSystem(map);
  const url = eraserUrl(home);
  if (!url) return [`${home.name}: ${noEraser}`];
  const rules = closingRules(given, sweep.at, config.clocks.zone);
  const client = await connectSweeper(url);
  try {
    const failure = await refusalOf(client, home);
    const none = { accounts: 0, held: 0 };
    const counts = { company: new Map<string, typeof none>(), person: new Map<string, typeof none>() };
    await client.query("begin isolation level repeatable read");
    const held = failure === null ? await heldIn(client, home, await keptNow(ctx)()) : () => null;
    for (const scope of failure === null ? (["company", "person"] as const) : []) {
      for (let after: string | null = null; ; ) {
        const found = await accountsDue(client, map, scope, rules, after, page);
        const isOpen = await openClasses(ctx, sweep, scope, found);
        const ids = found.map(({ id }) => id);
        const onHold = await heldAccounts(client, home, scope, held, ids);
        for (const account of found)
          for (const { name } of dueClasses(rulesFor(map, account, rules), account.closedAt)) {
            const before = counts[scope].get(name) ?? none;
            if (isOpen(account, name))
              counts[scope].set(name, {
                accounts: before.accounts + 1,
                held: before.held + Number(onHold.has(account.id)),
              });
          }
        after = ids.at(-1) ?? null;
        if (found.length < page) break;
      }
    }
    // Companies where there are any, and beside them people whose company goes on.
    for (const rule of rules)
      for (const scope of ["company", "person"] as const) {
        const collection = accountsOf(home, scope);
        const counted = counts[scope].get(rule.name) ?? none;
        const isMain = scope === (home.company ? "company" : "person");
        if (!collection || !(isMain || counted.accounts > 0)) continue;
        const key = { system: home.name, rule: rule.name, collection: collection.name, cutoff: rule.cutoff };
        const run = await openRun(ctx, sweep, key);
        const ages = failure === null ? await closedAges(client, home, collection, rule, sweep.at) : {};
        await finishRun(ctx, sweep, run.id, { ...counted, ...ages, failure, took: 0 });
      }
    return failure === null ? [] : [failure];
  } finally {
    await client.end().catch(() => {});
  }
}

/** What the erasure of any account there would refuse. */
async function refusalOf(client: pg.Client, system: System): Promise<string | null> {
  await client.query("begin isolation level repeatable read read only");
  try {
    await readErasable(client, system);
    return null;
  } catch (error) {
    if (!(error instanceof ErasureRefused)) throw error;
    return error.message;
  } finally {
    await client.query("rollback");
  }
}
