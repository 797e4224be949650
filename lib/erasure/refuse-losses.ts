import pg from "pg";
import { connect } from "../data-map/connect";
import { conditionSql, quoted, tableName } from "../data-map/identifiers";
import { ErasureRefused } from "./catalog";
import { storedNodes, type World } from "./conditions";
import type { Fate } from "./execute";
import { pointsAt, sameKey } from "./pointing";
import { childRows, heldColumns, keptColumns, type Reference } from "./references";
import { countGone, keyOf } from "./row-sets";
import { type Counted, tallied } from "./tally";

const whatToDo =
  "Triggers, rules or cascades of the platform take them along. Say in the map whose these rows are, if they are the person's; " +
  "if not, let the trigger leave out the login that erases (docs/erasure.md)";

/**
 * Refuses what took more than the person's rows, before it lasts: every row that was to stay has to be there, no more may have gone
 * than was foreseen, and nothing may point at rows that are gone. What the engine itself decides keeps to that; triggers, rules and
 * cascades need not.
 * @param url of the same database, as it was before this transaction
 * @param fates what was to become of the rows
 * @throws ErasureRefused naming each collection
 */
export async function refuseLosses(
  client: pg.ClientBase,
  url: string,
  world: World,
  fates: readonly Fate[],
): Promise<void> {
  const then = await asItWas(client, url);
  try {
    const tables = await compared(client, world, fates);
    const problems = [
      ...(await unforeseen(client, world, then, tables)),
      ...(await marked(client, world)),
      ...(world.catalog.hasTriggers ? await cutLoose(client, world, then, tables) : []),
    ];
    if (problems.length > 0) throw new ErasureRefused([...problems, whatToDo].join("\n"));
  } finally {
    await then.close();
  }
}

type Compared = Counted & {
  collections: string[];
  foreseen: number;
  /** It was truncated, or parts of it dropped: nothing counts such rows, and nobody else can read there until the end. */
  isRemade: boolean;
};

/** Each table that is no part of another one, what happened in it, and what was foreseen. */
async function compared(client: pg.ClientBase, world: World, fates: readonly Fate[]): Promise<Compared[]> {
  const { system } = world.plan;
  const tally = await tallied(client, system);
  const tops = tally.filter((one) => !tally.some((other) => other !== one && other.parts.includes(one.parts[0] ?? "")));
  return tops.map((top) => {
    const within = tally.filter(({ parts }) => top.parts.includes(parts[0] ?? ""));
    const collections = system.collections
      .filter(({ table }) => within.some(({ schema, name }) => schema === table.schema && name === table.name))
      .map(({ name }) => name);
    const before = world.before.find(({ parts }) => parts[0] === top.parts[0]);
    return {
      ...top,
      deleted: top.deleted - (before?.deleted ?? 0),
      inserted: top.inserted - (before?.inserted ?? 0),
      collections,
      // A part that somebody else adds meanwhile is nobody's loss.
      isRemade: before?.files.some((file) => !top.files.includes(file)) !== false,
      foreseen: fates
        .filter(({ collection }) => collections.includes(collection))
        .reduce((sum, { deleted }) => sum + deleted, 0),
    };
  });
}

/** Collections of which more rows went than were to go. */
async function unforeseen(client: pg.ClientBase, world: World, then: Then, tables: Compared[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { schema, name, deleted, inserted, foreseen, collections, isRemade, counts } of tables) {
    const names = collections.join(", ");
    if (isRemade) problems.push(`${names}: the table was truncated, or parts of it dropped`);
    if (isRemade || (counts && deleted <= foreseen + inserted)) continue;
    // The database counts attempts too that a trigger took back; what is there is asked only where they are too many.
    const sql = `select count(*)::float8 as rows from ${tableName({ table: { schema, name } })}`;
    const [was, is] = [await then.ask<{ rows: number }>(sql), (await client.query<{ rows: number }>(sql)).rows];
    const more = (was[0]?.rows ?? 0) - (is[0]?.rows ?? 0) - foreseen;
    if (more <= 0) continue;
    const isKeyless = storedNodes(world).some(
      (node) => collections.includes(node.collection.name) && keyOf(world.catalog, node).length === 0,
    );
    problems.push(
      `${names}: ${counted(more)} more went than the ${foreseen} that were to go${isKeyless ? "; a primary key would tell rows apart that a trigger writes meanwhile" : ""}`,
    );
  }
  return problems;
}

const counted = (rows: number): string => `${rows} ${rows === 1 ? "row" : "rows"}`;

/** Rows that were found to be somebody else's too, or to be needed by what stays, and that went all the same. */
async function marked(client: pg.ClientBase, { others, stays }: World): Promise<string[]> {
  const problems: string[] = [];
  for (const [node, rows] of [...others, ...stays]) {
    const gone = await countGone(client, node, rows);
    if (gone > 0)
      problems.push(
        `${node.collection.name}: ${counted(gone)} that ${gone === 1 ? "has" : "have"} to stay ${gone === 1 ? "is" : "are"} gone`,
      );
  }
  return problems;
}

/**
 * References whose rows were there before and are not any more. Only where triggers act: without them the conditions keep to it, and
 * so does the database where it vouches for a reference.
 */
async function cutLoose(client: pg.ClientBase, world: World, then: Then, tables: Compared[]): Promise<string[]> {
  const problems: string[] = [];
  const lost = (name: string) =>
    tables.some(({ collections, deleted, counts }) => (deleted > 0 || !counts) && collections.includes(name));
  for (const reference of world.references) {
    const { parent, childCollection, childColumns, child, vouched } = reference;
    const isView = childCollection !== null && world.catalog.views.has(childCollection.name);
    if (vouched || isView || !lost(parent.name) || world.catalog.views.has(parent.name)) continue;
    const { rows } = await client.query<{ values: string[] }>(looseSql(reference));
    if (rows.length === 0) continue;
    const found = await then.ask(thereSql(reference, world), [JSON.stringify(rows.map(({ values }) => values))]);
    if (found.length > 0)
      problems.push(
        `${childCollection?.name ?? child.name}: its ${childColumns.join(", ")} leads to ${parent.name} that are gone`,
      );
  }
  return problems;
}

/** Values of a reference that lead to no row. */
function looseSql(reference: Reference): string {
  const { childColumns, many } = reference;
  const held = heldColumns(reference);
  // One row for each value of a list, under the column's own name.
  const first = quoted(childColumns[0] ?? "");
  const each = many ? `, unnest(t.${first}) x(v)` : "";
  const values = many ? ["x.v"] : held.map((name) => `t.${quoted(name)}`);
  const matches = many
    ? sameKey({ ...reference, many: false }, () => "x.v")
    : pointsAt({ ...reference, only: undefined });
  const only = reference.only && conditionSql("t", reference.only);
  return `select distinct array[${values.map((value) => `${value}::text`).join(", ")}] as values from ${childRows(reference)} t${each}
    where ${values.map((value) => `${value} is not null`).join(" and ")}${only ? ` and ${only}` : ""}
      and not exists (select 1 from ${tableName(reference.parent)} p where ${matches})`;
}

/** Whether any of these led to a row: each as the child's column held it, or as the key where that is not known. */
function thereSql(reference: Reference, { catalog: { columns } }: World): string {
  const { parent, period, many, childCollection, childColumns } = reference;
  const keys = keptColumns(reference);
  const typeOf = (name: string | undefined, key: string | undefined) => {
    const column =
      columns.get(childCollection?.name ?? "")?.get(name ?? "") ?? columns.get(parent.name)?.get(key ?? "");
    return (many ? column?.base.replace(/\[\]$/, "") : column?.type) ?? "text";
  };
  const held = (name: string | undefined, at: number) => `(v.one ->> ${at})::${typeOf(name, keys[at])}`;
  const equal = [sameKey({ ...reference, many: false }, held)];
  if (period) equal.push(`${held(period.child, childColumns.length)} && p.${quoted(period.parent)}`);
  return `select 1 from jsonb_array_elements($1::jsonb) v(one) join ${tableName(parent)} p on ${equal.join(" and ")} limit 1`;
}

/** Asks what the open transaction saw before it changed anything. */
type Then = { ask<T>(sql: string, values?: unknown[]): Promise<T[]>; close(): Promise<void> };

async function asItWas(client: pg.ClientBase, url: string): Promise<Then> {
  let other: pg.Client | null = null;
  const opened = async () => {
    const { rows } = await client.query<{ snapshot: string }>("select pg_export_snapshot() as snapshot");
    return connect(
      url,
      "erasure",
      `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set lock_timeout = '5s'; begin isolation level repeatable read read only; set transaction snapshot ${pg.escapeLiteral(rows[0]?.snapshot ?? "")}`,
    );
  };
  return {
    ask: async <T>(sql: string, values: unknown[] = []) => {
      other ??= await opened();
      return (await other.query(sql, values)).rows as T[];
    },
    close: async () => other?.end().catch(() => {}),
  };
}
