import pg from "pg";
import { compile, type Plan } from "./compile";
import { fillSources } from "./fill-sources";
import { inSavepoint } from "./in-savepoint";
import { type Leading, leadingTo, none, type Rows } from "./leading";
import { comparedMomentSql, isMomentSql } from "./moment";
import { isOfOtherForm } from "./reach-error";
import { anyOf, reachedBy, type Sizes, scratchSql, seedSql } from "./reach-sql";
import type { Collection, ReachSubject, Scope, System } from "./types";
import { withMembers } from "./with-members";

/** What a legal hold or an open matter keeps from any change: a condition on row `row` of a collection; null for none. */
export type Held = Rows & {
  /** Which of them have to be found again, once what keeps them has ended; missing: none. */
  awaited?: Rows;
  /** What leads to them from those whose they are, which the hold itself does not keep. */
  leading?: Leading;
  /** Which of them nothing holds, but that they end with another account; missing: none. */
  elsewhere?: Rows;
};

/** Rows that nothing may delete or change for now. */
export type KeptBack = {
  /** Of the hold or restriction that keeps them. */
  id?: string;
  /** Whose rows; null: whoever's. */
  of: { scope: Scope; subject: ReachSubject; identities: ReadonlyMap<string, readonly string[]> } | null;
  /** Only in this system and collection; null: in all. */
  system: string | null;
  collection: string | null;
  /** Only rows whose age counts from this instant on (the map's `since`), and from before that one; null: no bound. */
  from: Temporal.Instant | null;
  until: Temporal.Instant | null;
};

/**
 * The condition under which a row of this system is kept back, for the open transaction of `client`. Whose rows they are is
 * found as a copy finds them, so everything that a copy would hold is kept, whatever its role. Where a bound cannot be asked,
 * since the map names no `since` or the row has none, the row is kept.
 * @param prefix of temporary tables, when it is asked more than once in a transaction
 * @param leading false: nobody asks what leads to them
 */
export async function heldIn(
  client: pg.ClientBase,
  system: System,
  kept: readonly KeptBack[],
  prefix = "tc_held",
  { leading = true } = {},
): Promise<Held> {
  const here = kept.filter((one) => one.system === null || one.system === system.name);
  // Persons are found together, companies each alone: their rows are compared with one id.
  const groups = Map.groupBy(here, ({ of, collection, from, until }) =>
    JSON.stringify([of?.scope, of?.scope === "company" && of.subject.platformCompanyId, collection, from, until]),
  );
  const conditions: Held[] = [];
  for (const [at, group] of [...groups.values()].entries()) {
    const [first] = group;
    if (!first) continue;
    const named = `${prefix}_${at + 1}`;
    const reach = first.of && (await reachAll(client, system, first.of.scope, group, named));
    const holds: Rows = (collection, row) => {
      if (first.collection !== null && first.collection !== collection.name) return null;
      const rows = reach ? reachedIn(reach, collection, row) : "true";
      return rows && [`(${rows})`, ...bounds(first, collection, row)].join(" and ");
    };
    // A hold on all that is somebody's keeps what leads there as well.
    const isPart = first.collection !== null || first.from !== null || first.until !== null;
    const asked = leading && isPart && reach;
    const found = asked ? await leadingTo(client, ...reach, holds, { prefix: `${named}_to`, dropped: true }) : null;
    conditions.push(Object.assign(holds, { awaited: anyRows([holds]), leading: found?.leading ?? none }));
  }
  return anyHeld(conditions);
}

/** What any of them keeps. */
export function anyHeld(all: readonly Held[]): Held {
  return Object.assign(anyRows(all), {
    awaited: anyRows(all.flatMap((one) => one.awaited ?? [])),
    leading: (collection: Collection, row: string) => all.flatMap((one) => one.leading?.(collection, row) ?? []),
  });
}

/** Rows that any of these conditions is on. */
export const anyRows =
  (all: readonly Rows[]): Rows =>
  (collection, row) =>
    anyOf(all.flatMap((one) => one(collection, row) ?? []));

/** What a sweep leaves alone: what is held, and whole what leads there, since rows whose time has come can wait until a hold ends. */
export async function keptFromSweeps(client: pg.ClientBase, system: System, kept: readonly KeptBack[]): Promise<Rows> {
  const held = await heldIn(client, system, kept);
  const leading: Rows = (collection, row) => anyOf((held.leading ?? none)(collection, row).map(({ where }) => where));
  return anyRows([held, leading]);
}

type Reach = [plan: Plan, sizes: Sizes];

function reachedIn([plan, sizes]: Reach, collection: Collection, row: string): string | null {
  const node = plan.nodes.find((one) => one.collection.name === collection.name);
  return node ? reachedBy(plan, node, sizes, row) : null;
}

async function reachAll(
  client: pg.ClientBase,
  given: System,
  scope: Scope,
  group: readonly KeptBack[],
  prefix: string,
): Promise<Reach> {
  const system = scope === "company" ? withMembers(given) : given;
  const identities = new Map<string, string[]>();
  for (const { of } of group)
    for (const [kind, values] of of?.identities ?? [])
      identities.set(kind, [...(identities.get(kind) ?? []), ...values]);
  const plan = compile(system, scope, [...identities.keys()], { lasting: () => false, prefix });
  await client.query(scratchSql(plan) || "select 1");
  const subjects = await ofForm(
    client,
    plan,
    group.flatMap(({ of }) => of?.subject ?? []),
  );
  const sizes = await fillSources(plan, client, subjects, identities, { proven: true });
  return [plan, sizes];
}

/**
 * Those whose ids the platform's columns can hold. One of another form, such as the demo's beside another platform's map, stands in no
 * row: it keeps nothing, and nobody else's rows wait for it. What goes by an address is kept all the same.
 */
async function ofForm(
  client: pg.ClientBase,
  { company, person }: Plan,
  subjects: readonly ReachSubject[],
): Promise<readonly ReachSubject[]> {
  const source = company ?? person;
  const id = ({ platformUserId, platformCompanyId }: ReachSubject) => (company ? platformCompanyId : platformUserId);
  if (!source) return subjects;
  const suit = (some: readonly ReachSubject[]) =>
    inSavepoint(client, () =>
      client.query(seedSql(source), [some.map(id)]).then(
        () => true,
        (error: unknown) => {
          if (isOfOtherForm(error)) return false;
          throw error;
        },
      ),
    );
  if (await suit(subjects)) return subjects;
  const fitting: ReachSubject[] = [];
  for (const one of subjects) if (await suit([one])) fitting.push(one);
  return fitting;
}

function bounds({ from, until }: KeptBack, collection: Collection, row: string): string[] {
  const { since } = collection;
  if (since === null) return [];
  const column = comparedMomentSql(collection, since, row);
  const isTime = isMomentSql(collection, since, row);
  const bound = (sign: string, at: Temporal.Instant | null) =>
    at ? [`((${isTime}) is not true or ${column} ${sign} ${pg.escapeLiteral(at.toString())}::timestamptz)`] : [];
  return [...bound(">=", from), ...bound("<", until)];
}
