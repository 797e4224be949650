import type pg from "pg";
import { compile, type Plan } from "../data-map/compile";
import { connect } from "../data-map/connect";
import { fillSources } from "../data-map/fill-sources";
import type { Held, KeptBack } from "../data-map/held";
import type { Rows } from "../data-map/leading";
import { explained } from "../data-map/reach-error";
import { scratchSql } from "../data-map/reach-sql";
import { isArray } from "../data-map/type-families";
import type { Collection, ReachSubject, Scope, System } from "../data-map/types";
import { withMembers } from "../data-map/with-members";
import { addFates } from "./add-fates";
import { awaitWriters } from "./await-writers";
import { ErasureRefused } from "./catalog";
import type { World } from "./conditions";
import { decide, decisionTables, forgetSql } from "./decide";
import { type Batches, type Deleted, deleteInBatches } from "./delete-in-batches";
import { countFates, execute, type Fate } from "./execute";
import type { OthersAtHome } from "./find-known-at-home";
import { keepersOf } from "./keepers";
import { currentTransaction } from "./lasting";
import { withLinkEnds } from "./link-ends";
import { endTurn, expectTurn, takeTurn } from "./one-at-a-time";
import type { Over } from "./over";
import { firstSteps, measureIdle, noProbe, type Probe, startProbe } from "./pace";
import { readErasable } from "./read-erasable";
import { referencesOf } from "./references";
import { refuseLosses } from "./refuse-losses";
import { refuseSeveral } from "./refuse-several";
import { type Residue, residue } from "./residue";

export type ErasureOrder = {
  system: System;
  subject: ReachSubject;
  scope: Scope;
  /** What is kept from any change, asked in the erasure's own transaction. */
  held: (client: pg.ClientBase) => Promise<Held>;
  /** What of it may end, so that it is worth knowing by which the rows are kept back. */
  kept?: readonly KeptBack[];
  /** The system as the map has it, where it is seen otherwise: whose rows a hold keeps follows from that. */
  asMapped?: System;
  /** What is kept from any change whichever hold ends, such as another company's. */
  anyway?: Rows;
  /** Identities of the person that other systems found, by kind. */
  identities: ReadonlyMap<string, string[]>;
  lastingKey: string;
  /** Accounts whose own rows make no identity somebody else's. */
  nobodyElse?: readonly string[];
  /** Accounts whose own time is over too, so that what is shared with them is nobody else's. */
  over?: Over | undefined;
  /** Asked in another system than the home system, which alone knows it; missing: whatever is in the person's rows is nobody else's. */
  othersAtHome?: OthersAtHome | undefined;
  /** When an account that was open counts as closed, for what is kept of it (closing-time.ts); missing: now. */
  closedAt?: Temporal.Instant | undefined;
  /** Collections whose rows go with the account too, but later, beside those that the map keeps until then. */
  later?: (collection: Collection) => boolean;
  /** That the person owns the company was asked before, and their row may be gone since. */
  proven: boolean;
  /** Materialised views: `always`, since rows went before, or `later` by the caller; missing: when rows change. */
  refresh?: "always" | "later";
};

export type Outcome = {
  fates: Fate[];
  /** The transaction in that database, by which one can ask later whether it lasted (`pg_xact_status`). */
  transaction: string;
  /** The ids of what kept rows back, of `ErasureOrder.kept`. */
  keptBy?: string[];
};

/** More often nothing that others write meanwhile is followed; the next attempt goes on. */
const passes = 4;
const byTriggers =
  "Likely a trigger that returns null or sets a column back (`new.made_by := old.made_by`), or a rule that does something instead, keeps them back: let it leave out the login that erases (`when (current_user <> '...')`). Or a trigger writes them anew: say `written_by_triggers: true` of that collection (docs/data-map.md).";

/**
 * Erases in one system, in one transaction: all of it happened or nothing did. Before it is made lasting everything is searched
 * again by all that is known of the person; and once it lasts, in what others wrote meanwhile, which goes by another transaction of
 * the kind, until nothing is found.
 * @param before called with what is about to be made lasting, and with what of it lasts already; null for nothing
 * @param earlier what lasted of an earlier attempt, or went beforehand
 * @returns what all of them did, and the last transaction
 * @throws ErasureRefused when the database is not as the map says, or something is left; then nothing was changed, or what was still
 *   found after the last pass is named
 */
export async function eraseInSystem(
  url: string,
  order: ErasureOrder,
  before?: (outcome: Outcome, lasting: Outcome | null) => Promise<void>,
  earlier: Outcome | null = null,
): Promise<Outcome> {
  return inErasure(
    url,
    order,
    async (client, first, anew) => {
      let lasting = earlier;
      let world = first;
      for (let pass = 1; ; pass++) {
        const found = await outcomeOf(client, world, { deleting: true });
        await expectTurn(client, order.system.name);
        found.keptBy = await keepersOf(client, world, found.fates, order);
        await execute(client, world, found.fates, order.refresh);
        refuse(await residue(client, world), "were still found", world);
        await refuseLosses(client, url, world, found.fates);
        const outcome = lasting ? { ...found, fates: addFates(lasting.fates, found.fates) } : found;
        await before?.(outcome, lasting);
        await client.query("commit");
        lasting = outcome;
        const left = await searchLater(client, world, order);
        if (left.length === 0) return outcome;
        if (pass === passes) refuse(left, `were written meanwhile, by more than ${passes} passes`);
        world = await anew(world);
      }
    },
    { deleting: true, lasting: true },
  );
}

function refuse(left: readonly Residue[], how: string, world?: World): void {
  if (left.length === 0) return;
  const found = left.map(({ collection, rows }) => `${collection}: ${rows} rows ${how}`);
  throw new ErasureRefused([...found, ...(world?.catalog.hasTriggers ? [byTriggers] : [])].join("\n"));
}

/** What is found once all of it lasts, whoever was writing having ended. */
async function searchLater(client: pg.Client, world: World, { held }: ErasureOrder) {
  await awaitWriters(client);
  await client.query(begin);
  const left = await residue(client, { ...world, held: await held(client) }, { isLater: true });
  await client.query("rollback");
  return left;
}

/**
 * Deletes beforehand what {@link eraseInSystem} would have too much of for one transaction; usually nothing.
 * @param probing whoever reads meanwhile, for whom it rests
 * @returns how many rows went, those of earlier attempts among them
 */
export async function deleteManyInSystem(
  url: string,
  order: ErasureOrder,
  batches: Batches,
  probing: (system: System) => Promise<Probe> = startProbe,
): Promise<Deleted> {
  // Where the login that reads has no session left, nobody is watched.
  const paced = { probe: await probing(order.system).catch(() => noProbe), pace: firstSteps() };
  try {
    await measureIdle(paced);
    return await inErasure(
      url,
      order,
      async (client, world) => {
        // What was put aside stays with the session.
        await client.query("commit; set idle_in_transaction_session_timeout = '60s'");
        return deleteInBatches(client, world, batches, paced);
      },
      { lasting: true, staying: false },
    );
  } finally {
    await paced.probe.stop();
  }
}

/**
 * What {@link eraseInSystem} would do now; changes nothing.
 * @param seconds that a statement may take, by default as long as somebody waits for a page; 0: as long as it takes
 */
export async function previewInSystem(url: string, order: ErasureOrder, seconds = 15): Promise<Outcome> {
  return inErasure(url, order, (client, world) => outcomeOf(client, world), { seconds });
}

async function outcomeOf(client: pg.Client, world: World, options = {}): Promise<Outcome> {
  const fates = await countFates(client, world, options);
  return { fates, transaction: await currentTransaction(client) };
}

const begin = "begin isolation level repeatable read";

/** @param work gets as well how to decide anew, in another transaction, from what is known by then */
async function inErasure<T>(
  url: string,
  {
    system: given,
    subject,
    scope,
    held,
    identities,
    lastingKey,
    proven,
    nobodyElse = [],
    over,
    othersAtHome,
    closedAt = Temporal.Now.instant(),
    later = () => false,
  }: ErasureOrder,
  work: (client: pg.Client, world: World, anew: (before: World) => Promise<World>) => Promise<T>,
  { seconds = 0, lasting = false, deleting = false, staying = true } = {},
): Promise<T> {
  const system = scope === "company" ? withMembers(given) : given;
  const client = await connect(url, "erasure");
  try {
    // Taken in its transaction, that would see the platform as it was before its turn came.
    if (deleting) await takeTurn(client, system.name);
    // One processor at a time: the others are the platform's own. Of somebody with far more rows than others the planner expects few, and
    // would compare each with every row of a table without an index that it had put aside (`enable_material`).
    await client.query(
      `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set statement_timeout = '${seconds}s'; set lock_timeout = '5s';
       set jit = off; set work_mem = '64MB'; set max_parallel_workers_per_gather = 0; set enable_material = off`,
    );
    let compiled: Plan | undefined;
    const look = async (before: World | null): Promise<World> => {
      await client.query(begin);
      const catalog = await readErasable(client, system);
      compiled ??= compile(withLinkEnds(system, catalog), scope, [...identities.keys()], { lasting: lastsIn(scope) });
      const plan = compiled;
      await client.query(
        [before ? forgetSql(before) : scratchSql(plan, lasting), decisionTables].filter(Boolean).join("; "),
      );
      const sizes = await fillSources(plan, client, subject, identities, { proven, known: before?.sizes ?? null });
      await refuseSeveral(client, plan, sizes, catalog);
      const given = {
        ...{ plan, sizes, catalog, lastingKey, nobodyElse, over, othersAtHome, closedAt, later },
        held: await held(client),
        references: referencesOf(system, catalog),
      };
      return decide(client, given, { deleting, staying, again: before !== null });
    };
    return await work(client, await look(null), look);
  } catch (error) {
    throw explained(error, system);
  } finally {
    await client.query("rollback").catch(() => {});
    if (deleting) await endTurn(client).catch(() => {});
    await client.end().catch(() => {});
  }
}

/** Rows that an erasure leaves with these columns: the company's own by its column, kept, the columns untouched. */
const lastsIn =
  (scope: Scope) =>
  ({ companyField, erasure, fields }: Collection, columns: readonly string[]): boolean =>
    companyField !== null &&
    erasure[scope].action === "keep" &&
    fields.every(
      (field) => !columns.includes(field.name) || (field.erasure?.action !== "anonymise" && !isArray(field)),
    );
