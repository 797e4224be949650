import type pg from "pg";
import type { RetentionClass } from "../../trust-center.config";
import { cutoffOf } from "../calendar";
import type { Ctx } from "../context";
import type { KeptBack } from "../data-map/held";
import type { Collection, System } from "../data-map/types";
import { type Catalog, ErasureRefused } from "../erasure/catalog";
import { eraserUrl, noEraser } from "../erasure/eraser-url";
import { firstSteps, measureIdle, noProbe, type Paced, startProbe } from "../erasure/pace";
import { readErasable } from "../erasure/read-erasable";
import { referencesOf } from "../erasure/references";
import { stoppedBy } from "../erasure/stopped-by";
import { HeldMeanwhile } from "../holds/kept-back";
import { agesOf } from "./ages";
import { type AgingFields, agedValues, agingFields } from "./aging-fields";
import { connectSweeper, refuseAhead } from "./connect-sweeper";
import { finishRun, openRun, type Run, rereadRuns, type Sweep, type Totals } from "./ledger";
import { isCircle, type Link, linksOf, sweepOrder } from "./links";
import { refreshViews } from "./refresh-views";
import { agingCollections, agingProblem, type RetentionRule } from "./rules";
import { sweepCircle } from "./sweep-circle";
import { sweepCollection } from "./sweep-collection";
import { sweepFields } from "./sweep-fields";
import { whatWaits } from "./sweep-range";
import { relationsOf } from "./walk";

/** What sweeping one system needs; the connection is the one that deletes. */
export type Sweeper = {
  ctx: Ctx;
  sweep: Sweep;
  system: System;
  url: string;
  client: pg.Client;
  /** Another one, so that a transaction can begin while the one before it is made lasting; missing: one after the other. */
  spare?: pg.Client | undefined;
  catalog: Catalog;
  links: readonly Link[];
  zone: string;
  /** What is kept from any change now; asked before each transaction. Null: nothing is. */
  kept: SweepOptions["kept"] | null;
  signal: AbortSignal | undefined;
  /** A condition on rows `p`: no others are looked at. */
  only?: string;
} & Paced;

export type Target = { collection: Collection; rule: RetentionRule; run: Run; cutoff: Temporal.Instant };

/** What a class ends in a collection now, and the record of that; null for a class that is none of these rules. */
export async function openTarget(
  ctx: Ctx,
  sweep: Sweep,
  { system, collection, retention }: { system: System; collection: Collection; retention: RetentionClass },
  { rules, zone }: Pick<SweepOptions, "rules" | "zone">,
): Promise<Target | null> {
  const rule = rules.find(({ name }) => name === retention);
  if (!rule) return null;
  const cutoff = cutoffOf(sweep.at, rule.period, zone);
  const key = { system: system.name, rule: rule.name, collection: collection.name, cutoff };
  return { collection, rule, cutoff, run: await openRun(ctx, sweep, key) };
}

/** Fields of a collection that are kept for less long than its rows. */
type FieldsTarget = { target: Target; aging: AgingFields };

export type SweepOptions = {
  kept: () => Promise<readonly KeptBack[]>;
  zone: string;
  rules: readonly RetentionRule[];
  signal?: AbortSignal | undefined;
  /** False: nobody is watched while it runs, and it never rests. */
  watch?: boolean;
};

/**
 * Deletes what is due by its own age in one system of the map, whoever's it is: rows that point at others first, in short
 * transactions, partitions at once. Each transaction is written down before it lasts, so that what a sweep killed in between did
 * is neither done again nor miscounted.
 * @returns what could not be done, one sentence each
 */
export async function sweepSystem(ctx: Ctx, sweep: Sweep, system: System, options: SweepOptions): Promise<string[]> {
  const { zone, kept, signal, watch = true } = options;
  const problems: string[] = [];
  const fail = async ({ run }: Pick<Target, "run">, failure: string) => {
    problems.push(failure);
    await finishRun(ctx, sweep, run.id, { failure, took: 0 });
  };
  const open = async (collection: Collection, retention: RetentionClass, problem: string | null) => {
    const target = await openTarget(ctx, sweep, { system, collection, retention }, options);
    if (!target || target.run.finishedAt) return null;
    if (problem === null) return target;
    await fail(target, `${system.name}.${collection.name}: ${problem}`);
    return null;
  };
  const targets: Target[] = [];
  for (const collection of agingCollections(system)) {
    const target = await open(collection, collection.retention, agingProblem(collection));
    if (target) targets.push(target);
  }
  const fields: FieldsTarget[] = [];
  for (const aging of agingFields(system)) {
    const target = await open(aging.collection, aging.retention, aging.problem);
    if (target) fields.push({ target, aging });
  }
  const both = [...targets, ...fields.map(({ target }) => target)];
  if (both.length === 0) return problems;
  const url = eraserUrl(system);
  if (!url) {
    for (const target of both) await fail(target, `${system.name}: ${noEraser}`);
    return [...new Set(problems)];
  }
  const client = await connectSweeper(url);
  let probe = noProbe;
  let spare: pg.Client | undefined;
  try {
    await refuseAhead(client, ctx, sweep.at, system.name);
    await client.query("begin");
    const catalog = await readErasable(client, system).finally(() => client.query("rollback"));
    const stored = targets.filter(({ collection }) => !catalog.views.has(collection.name));
    for (const { run } of targets.filter((one) => !stored.includes(one)))
      await finishRun(ctx, sweep, run.id, { took: 0 });
    // Rows are deleted in partitions themselves: where the login may not, nothing begins.
    for (const { collection } of stored) await relationsOf(client, collection);
    probe = watch ? await startProbe(system) : noProbe;
    // What a trigger locks until the end is not known. Where the login has no second session, one will do.
    if (!catalog.hasTriggers) spare = await connectSweeper(url).catch(() => undefined);
    const links = linksOf(system, referencesOf(system, catalog), catalog);
    const sweeper: Sweeper = {
      ...{ ctx, sweep, system, url, client, spare, catalog, links, zone, kept, probe, signal },
      pace: firstSteps(),
    };
    if (watch) await measureIdle(sweeper);
    await sweepTargets(sweeper, { targets: stored, fields, rules: both.map(({ rule }) => rule) }, fail);
  } catch (error) {
    if (!(error instanceof ErasureRefused)) throw error;
    for (const target of both) await fail(target, error.message);
  } finally {
    await probe.stop();
    await spare?.end().catch(() => {});
    await client.end().catch(() => {});
  }
  return [...new Set(problems)];
}

/** All rows and fields of a system that are due, one collection or circle after the other; what stops one stops no other. */
async function sweepTargets(
  sweeper: Sweeper,
  {
    targets,
    fields,
    rules,
  }: { targets: readonly Target[]; fields: readonly FieldsTarget[]; rules: readonly RetentionRule[] },
  fail: (target: Target, failure: string) => Promise<void>,
): Promise<void> {
  const { ctx, sweep, system, client, spare, catalog, links, signal } = sweeper;
  // Where views are refreshed at the end, nothing is done before.
  const ended: { target: Target; done: Done }[] = [];
  const end = async (target: Target, done: Done) => {
    if (catalog.materialised.length > 0) ended.push({ target, done });
    else await finishRun(ctx, sweep, target.run.id, done);
  };
  for (const group of sweepOrder(
    targets.map(({ collection }) => collection),
    links,
  )) {
    const some = targets.filter(({ collection }) => group.includes(collection));
    const start = performance.now();
    try {
      const swept = await knowingHolds(ctx, some, async (now) => {
        const [one] = now;
        return one && !isCircle(group, links)
          ? new Map([[one, await sweepCollection(sweeper, one)]])
          : await sweepCircle(sweeper, now);
      });
      for (const [target, totals] of swept) await end(target, await closing(sweeper, target, totals, start));
    } catch (error) {
      if (signal?.aborted || (await isGone(client)) || (spare && (await isGone(spare)))) throw error;
      const where = `${system.name}.${some.map(({ collection }) => collection.name).join(", ")}`;
      for (const target of some) await fail(target, stoppedBy(error, where));
    }
  }
  for (const { target, aging } of fields) {
    const start = performance.now();
    const { values, problems: impossible } = agedValues(aging, catalog);
    try {
      if (impossible.length > 0) throw new ErasureRefused(impossible.map((one) => `${system.name}.${one}`).join("\n"));
      const totals = catalog.views.has(target.collection.name)
        ? {}
        : await knowingHolds(ctx, [target], ([now = target]) => sweepFields(sweeper, now, values));
      await end(target, { ...totals, took: performance.now() - start });
    } catch (error) {
      if (signal?.aborted || (await isGone(client))) throw error;
      await fail(target, stoppedBy(error, `${system.name}.${target.collection.name}`));
    }
  }
  let failure: string | null = null;
  try {
    await refreshViews(ctx, sweep, client, { system, catalog, rules });
  } catch (error) {
    if (signal?.aborted || (await isGone(client))) throw error;
    failure = stoppedBy(error, system.name);
  }
  for (const { target, done } of ended)
    await (failure === null ? finishRun(ctx, sweep, target.run.id, done) : fail(target, failure));
}

type Done = Parameters<typeof finishRun>[3];

async function closing(sweeper: Sweeper, target: Target, { waiting, leftOver }: Totals, start: number): Promise<Done> {
  const { oldest, ages, sampled } = await agesOf(sweeper.client, target, sweeper.sweep.at);
  const waits = { waitingFor: waiting > 0 ? await whatWaits(sweeper, target) : null };
  return { oldest, ages, sampled, leftOver, ...waits, took: performance.now() - start };
}

/** Where a hold was asked for while a transaction was open, nothing of that lasted, and all before it did: from there on it is known. */
async function knowingHolds<T>(
  ctx: Ctx,
  targets: readonly Target[],
  sweep: (targets: readonly Target[]) => Promise<T>,
): Promise<T> {
  for (let now = targets; ; now = await rereadRuns(ctx, now))
    try {
      return await sweep(now);
    } catch (error) {
      if (!(error instanceof HeldMeanwhile)) throw error;
    }
}

const isGone = async (client: pg.Client): Promise<boolean> =>
  client.query("rollback").then(
    () => false,
    () => true,
  );
