import type pg from "pg";
import { compile, type Node, type Plan, type Source } from "./compile";
import { conditionSql, quoted, tableName } from "./identifiers";
import { dataMap, homeSystem } from "./load";
import { beginSnapshot, connectPlatform } from "./platform";
import { analyzeSql, countSql, feedSql, rowsSql, scratchSql, seedSql, valuesSql } from "./reach-sql";
import type { Collection, DataMap, Scope, System } from "./types";

/** Whose data is asked for, in the platform's own ids. */
export type ReachSubject = { platformUserId: string; platformCompanyId: string | null };

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

/** A reach that is refused; the message holds no personal value. */
export class ReachError extends Error {
  override name = "ReachError";
}

const longCopy = { statement: 6 * 3600_000 };
const dashboard = { statement: 10_000 };

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
  return openFound(await find(map, system, subject, scope, longCopy));
}

/** How many rows a request would reach, per collection, in every system: what the dashboard shows. */
export async function countReached(
  subject: ReachSubject,
  scope: Scope,
): Promise<{ system: string; collection: Collection; rows: number }[]> {
  const map = dataMap();
  const counted = await Promise.all(
    map.systems.map(async (system) => {
      const found = await find(map, system, subject, scope, dashboard);
      try {
        const counts = found.plan.nodes.map((node) => `(${countSql(found.plan, node, found.sizes)})`);
        const { rows } = await found.client.query<{ counts: string[] }>(
          `select array[${counts.join(", ")}]::text[] as counts`,
        );
        return found.plan.nodes.map(({ collection }, at) => ({
          system: system.name,
          collection,
          rows: Number(rows[0]?.counts[at] ?? 0),
        }));
      } finally {
        await found.client.end().catch(() => {});
      }
    }),
  );
  return counted.flat();
}

type Found = { plan: Plan; client: pg.Client; sizes: Map<Source, number> };

function openFound({ plan, client, sizes }: Found): Reach {
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

/**
 * @param map every system; another than the home system is entered by the identities found there
 */
async function find(
  map: DataMap,
  system: System,
  subject: ReachSubject,
  scope: Scope,
  limits: { statement: number },
): Promise<Found> {
  const home = homeSystem(map);
  const identities =
    system.name === home.name ? new Map<string, string[]>() : await identitiesAtHome(map, home, subject, scope, limits);
  const plan = compile(system, scope, system.name === home.name ? foreignKinds(map, home) : [...identities.keys()]);
  const client = await connectPlatform(system, limits);
  try {
    await beginSnapshot(client, scratchSql(plan));
    return { plan, client, sizes: await fill(plan, client, subject, identities) };
  } catch (error) {
    await client.end().catch(() => {});
    throw explained(error, system);
  }
}

/** Says what a person can mend; the database's own message may hold the id that was asked for. */
function explained(error: unknown, { name }: System): unknown {
  const code = (error as { code?: string }).code;
  if (code === "22P02" || code === "22003") return new ReachError(`No id of this form exists in ${name}.`);
  if (code === "42501") {
    return new ReachError(
      `The connection to ${name} may not read every mapped table, or not make temporary tables: ` +
        "grant select on the tables and temporary on the database to its role.",
    );
  }
  return error;
}

/** Identity kinds by which the other systems are entered. */
function foreignKinds(map: DataMap, home: System): string[] {
  const others = map.systems.filter(({ name }) => name !== home.name);
  return others.flatMap(({ collections }) =>
    collections.flatMap(({ fields }) => fields.flatMap((field) => (field.enter && field.identity) || [])),
  );
}

async function identitiesAtHome(
  map: DataMap,
  home: System,
  subject: ReachSubject,
  scope: Scope,
  limits: { statement: number },
): Promise<Map<string, string[]>> {
  const { plan, client } = await find(map, home, subject, scope, limits);
  try {
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
  } finally {
    await client.end().catch(() => {});
  }
}

/** Fills the sources until a pass adds nothing. */
async function fill(
  plan: Plan,
  client: pg.Client,
  subject: ReachSubject,
  identities: Map<string, string[]>,
): Promise<Map<Source, number>> {
  const sizes = new Map<Source, number>();
  const newest = new Map<Source, number>();
  const grow = async (source: Source, rows: number, step: number) => {
    if (rows === 0) return;
    sizes.set(source, (sizes.get(source) ?? 0) + rows);
    newest.set(source, step);
    // One value is compared as such; more are joined, and the planner wants to know how many.
    if ((sizes.get(source) ?? 0) > 1) await client.query(analyzeSql(source));
  };
  const seed = async (source: Source | null, values: string[]) => {
    if (source && values.length > 0) {
      const { rowCount } = await client.query(seedSql(source), [values]);
      await grow(source, rowCount ?? 0, 1);
    }
  };
  if (plan.company) {
    await refuseStranger(plan, client, subject);
    await seed(plan.company, subject.platformCompanyId ? [subject.platformCompanyId] : []);
  }
  await seed(plan.person, [subject.platformUserId]);
  for (const source of plan.sources) {
    if (source.identity) await seed(source, identities.get(source.identity) ?? []);
  }

  let step = 1;
  const consumed = new Map<Node, number>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of plan.nodes) {
      const before = consumed.get(node);
      const latest = Math.max(0, ...node.entries.map(({ source }) => newest.get(source) ?? 0));
      const given = node.companyField !== null || node.entries.some(({ source }) => source.virtual);
      if (before === undefined ? latest === 0 && !given : latest <= before) continue;
      consumed.set(node, step);
      for (const source of plan.sources) {
        for (const feeder of source.feeders) {
          if (feeder.node !== node || source === plan.company) continue;
          const sql = feedSql(plan, source, feeder, sizes);
          if (!sql) continue;
          const { rowCount } = await client.query(sql, [before ?? 0, step + 1]);
          if (!rowCount) continue;
          step += 1;
          changed = true;
          await grow(source, rowCount, step);
        }
      }
    }
  }
  return sizes;
}

/** Company scope is its owner's: asked of the platform itself, in the same snapshot. */
async function refuseStranger({ system }: Plan, client: pg.Client, subject: ReachSubject): Promise<void> {
  const { person } = system;
  const people = system.collections.find(({ name }) => name === person?.collection);
  if (!person?.company || !person.owner || !people) throw new ReachError("The data map knows no company owners.");
  // Read into the table's own row type, so that the comparison is the column's and an index serves it.
  const typed = (column: string, at: number) =>
    `p.${quoted(column)} = (select (jsonb_populate_record(null::${tableName(people)}, jsonb_build_object($${at}::text, $${at + 1}::text))).${quoted(column)})`;
  const { rowCount } = await client.query(
    `select 1 from ${tableName(people)} p
     where ${typed(person.id, 1)} and ${typed(person.company, 3)} and ${conditionSql("p", person.owner)}`,
    [person.id, subject.platformUserId, person.company, subject.platformCompanyId],
  );
  if (!rowCount) throw new ReachError("This person does not own that company on the platform (any more).");
}
