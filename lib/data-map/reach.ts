import type pg from "pg";
import { compile, type Node, type Plan } from "./compile";
import { fillSources } from "./fill-sources";
import { sharedSql, valuesSql } from "./identity-sql";
import { dataMap, homeSystem } from "./load";
import { beginSnapshot, connectPlatform, withSnapshot } from "./platform";
import { explained } from "./reach-error";
import { countSql, rowsSql, type Sizes, scratchSql } from "./reach-sql";
import type { Collection, DataMap, ReachSubject, Scope, System } from "./types";
import { withMembers } from "./with-members";

export { ReachError } from "./reach-error";
export type { ReachSubject };

/** The rows a request reaches in one system, in one read-only snapshot, until `close`. */
export type Reach = {
  system: System;
  /** Those in scope, exported or not, in the map's order. */
  collections: Collection[];
  /** The one connection, inside one repeatable-read read-only transaction. UTC, ISO dates and intervals, hex bytea. */
  client: pg.Client;
  count(collection: Collection): Promise<number>;
  /**
   * SELECT text without parameters, identifiers quoted, valid on `client` only: exactly the exported
   * fields, in field order (`exportedFields`), of the rows reached. @throws for a collection that
   * is not exported or not in scope
   */
  query(collection: Collection): string;
  close(): Promise<void>;
};

/** A package may take long; a statement that runs for six hours hangs. */
const longCopy = { statement: 6 * 3600_000 };

/**
 * Finds the rows of a request in one system: set-based, a fixed number of statements per collection
 * and round however many rows there are, identities followed until nothing new turns up.
 * @throws ReachError when company scope is asked for somebody who does not own that company now
 */
export function openReach(system: System, subject: ReachSubject, scope: Scope): Promise<Reach> {
  return openReachIn(dataMap(), system, subject, scope);
}

/** {@link openReach} with another map than the installed one. */
export async function openReachIn(map: DataMap, system: System, subject: ReachSubject, scope: Scope): Promise<Reach> {
  const { plan, identities } = await prepare(map, system, subject, scope);
  const client = await connectPlatform(system, longCopy);
  try {
    await beginSnapshot(client, scratchSql(plan));
    return reachOf(plan, client, await fillSources(plan, client, subject, identities));
  } catch (error) {
    await client.end().catch(() => {});
    throw explained(error, system);
  }
}

/** How many rows a request would reach, per collection, in every system: what the dashboard shows. */
export async function countReached(
  subject: ReachSubject,
  scope: Scope,
): Promise<{ system: string; collection: Collection; rows: number }[]> {
  const map = dataMap();
  const counted = await Promise.all(
    map.systems.map((system) =>
      inFilled(map, system, subject, scope, async (plan, client, sizes) => {
        const counts = plan.nodes.map((node) => `(${countSql(plan, node, sizes)})`);
        const { rows } = await client.query<{ counts: string[] }>(
          `select array[${counts.join(", ")}]::text[] as counts`,
        );
        return plan.nodes.map(({ collection }, at) => ({
          system: system.name,
          collection,
          rows: Number(rows[0]?.counts[at] ?? 0),
        }));
      }),
    ),
  );
  return counted.flat();
}

function reachOf(plan: Plan, client: pg.Client, sizes: Sizes): Reach {
  const nodeOf = (collection: Collection): Node => {
    const node = plan.nodes.find((other) => other.collection.name === collection.name);
    if (!node) throw new Error(`${collection.name} is not in the ${plan.scope} scope of ${plan.system.name}`);
    return node;
  };
  return {
    system: plan.system,
    collections: plan.nodes.map(({ collection }) => collection),
    client,
    async count(collection) {
      const { rows } = await client.query<{ count: string }>(
        `select (${countSql(plan, nodeOf(collection), sizes)}) as count`,
      );
      return Number(rows[0]?.count ?? 0);
    },
    query: (collection) => rowsSql(plan, nodeOf(collection), sizes),
    async close() {
      await client.query("rollback").catch(() => {});
      await client.end().catch(() => {});
    },
  };
}

/** The same as a reach, short and on a pooled connection. */
export async function inFilled<T>(
  map: DataMap,
  system: System,
  subject: ReachSubject,
  scope: Scope,
  work: (plan: Plan, client: pg.ClientBase, sizes: Sizes) => Promise<T>,
  { proven = false, kinds = [] as readonly string[] } = {},
): Promise<T> {
  const { plan, identities } = await prepare(map, system, subject, scope, kinds);
  try {
    return await withSnapshot(
      system,
      async (client) => work(plan, client, await fillSources(plan, client, subject, identities, { proven })),
      scratchSql(plan),
    );
  } catch (error) {
    throw explained(error, system);
  }
}

/** The plan; another system than the home system is entered by the identities found there. */
async function prepare(
  map: DataMap,
  system: System,
  subject: ReachSubject,
  scope: Scope,
  kinds: readonly string[] = [],
): Promise<{ plan: Plan; identities: Map<string, string[]> }> {
  const home = homeSystem(map);
  if (system.name === home.name)
    return { plan: compile(system, scope, [...foreignKinds(map, home), ...kinds]), identities: new Map() };
  const identities = await identitiesAtHome(map, subject, scope);
  return { plan: compile(system, scope, [...identities.keys()]), identities };
}

/**
 * By what the other systems know the person or company: the identities found in the home system, by kind.
 * @param proven see `fillSources`
 * @param kinds asked for although no other system has them
 */
export async function identitiesAtHome(
  map: DataMap,
  subject: ReachSubject,
  scope: Scope,
  proven = false,
  kinds: readonly string[] = [],
): Promise<Map<string, string[]>> {
  return inFilled(map, homeSystem(map), subject, scope, identityValues, { proven, kinds });
}

/**
 * Of these identities those that no row at home, which is not the person's or company's own, makes somebody else's as well, such as an
 * address that two accounts go by.
 * @param nobodyElse accounts whose rows do not
 */
export async function ownIdentities(
  map: DataMap,
  subject: ReachSubject,
  scope: Scope,
  identities: ReadonlyMap<string, readonly string[]>,
  nobodyElse: readonly string[] = [],
): Promise<Map<string, string[]>> {
  const theirs = await othersIdentities(map, subject, scope, identities, nobodyElse);
  const own = new Map<string, string[]>();
  for (const [kind, values] of identities) {
    const known = new Set(theirs.get(kind));
    own.set(
      kind,
      values.filter((value) => !known.has(value)),
    );
  }
  return own;
}

/** The rest of these: identities by kind that a row at home makes somebody else's, whether they are the person's too or not. */
export function othersIdentities(
  map: DataMap,
  subject: ReachSubject,
  scope: Scope,
  identities: ReadonlyMap<string, readonly string[]>,
  nobodyElse: readonly string[],
): Promise<Map<string, string[]>> {
  const home = homeSystem(map);
  return inFilled(
    map,
    // What is a member's own is the company's for as long as it ends.
    scope === "company" ? withMembers(home) : home,
    subject,
    scope,
    async (plan, client, sizes) => {
      const theirs = new Map<string, string[]>();
      for (const [kind, values] of identities) {
        const shared = values.length > 0 ? sharedSql(plan, kind, sizes, nobodyElse) : null;
        if (!shared) continue;
        const { rows } = await client.query<{ value: string }>(shared, [[...values]]);
        theirs.set(
          kind,
          rows.map(({ value }) => value),
        );
      }
      return theirs;
    },
    { proven: true, kinds: [...identities.keys()] },
  );
}

/** Every identity of every kind that the home system knows of the person or company, whether another system asks for it or not. */
export function everyIdentityAtHome(map: DataMap, subject: ReachSubject, scope: Scope): Promise<Map<string, string[]>> {
  const kinds = map.systems.flatMap(({ collections }) =>
    collections.flatMap(({ fields }) => fields.flatMap(({ identity }) => identity ?? [])),
  );
  return identitiesAtHome(map, subject, scope, true, kinds);
}

async function identityValues(plan: Plan, client: pg.ClientBase): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const source of plan.sources) {
    if (!source.identity) continue;
    const { rows } = await client.query<{ value: string }>(valuesSql(source));
    found.set(
      source.identity,
      rows.map(({ value }) => value),
    );
  }
  return found;
}

/** Identity kinds by which the other systems are entered. */
function foreignKinds(map: DataMap, home: System): string[] {
  const others = map.systems.filter(({ name }) => name !== home.name);
  return others.flatMap(({ collections }) =>
    collections.flatMap(({ fields }) => fields.flatMap((field) => (field.enter && field.identity) || [])),
  );
}
