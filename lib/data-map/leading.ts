import type pg from "pg";
import type { Entry, Feeder, Node, Plan, Source } from "./compile";
import { quoted, tableName } from "./identifiers";
import {
  analyzeSql,
  anyOf,
  entryCondition,
  feederValues,
  heldIf,
  holdsValues,
  isOwn,
  mayMatch,
  putIf,
  type Sizes,
  seedStep,
} from "./reach-sql";
import type { Collection } from "./types";

/** Columns of a row that have to stay as they are, in rows `row` that meet a condition, so that other rows go on being found by them. */
export type Leading = (collection: Collection, row: string) => readonly { columns: string[]; where: string }[];

/** A condition on row `row` of a collection; null for none. */
export type Rows = (collection: Collection, row: string) => string | null;

export const none: Leading = () => [];

export const bothLeading =
  (one: Leading, other: Leading): Leading =>
  (collection, row) => [...one(collection, row), ...other(collection, row)];

/**
 * What leads to rows that are found by a plan, from what a request begins with on: the links by which they are found, and those by which
 * the rows are found that hold these. Values that a request begins with are known without any row.
 * @param to which rows; of those alone that the plan finds
 * @param prefix of the temporary tables, one for each source that leads to any
 * @param stored whether a collection's rows may lead there at all
 * @param identities false: by links alone, so that no address stays for it
 * @returns the conditions, and the names of the tables, which stay for as long as the session unless `dropped`
 */
export async function leadingTo(
  client: pg.ClientBase,
  plan: Plan,
  sizes: Sizes,
  to: Rows,
  { prefix, dropped = false, stored = () => true, identities = true }: Options,
): Promise<{ leading: Leading; tables: string[] }> {
  const values = new Map<Source, Values>();
  const by = ({ source }: Entry) => identities || !source.identity;
  const leading: Leading = (collection, row) => {
    const node = plan.nodes.find((one) => one.collection.name === collection.name);
    return node && stored(node) ? leadingIn(plan, node, sizes, values, row, by) : [];
  };
  const waiting = new Set(plan.nodes.filter((node) => stored(node) && to(node.collection, "t") !== null));
  for (const node of waiting) {
    waiting.delete(node);
    for (const entry of node.companyField ? [] : node.entries) {
      const { source, seedOnly } = entry;
      // What stands behind a subquery stays as it is anyway.
      if (seedOnly || source.virtual || !by(entry) || !mayMatch(source, sizes)) continue;
      const known = values.get(source) ?? (await valuesOf(client, plan, source, prefix, dropped));
      values.set(source, known);
      const needed = [to(node.collection, "t"), ...leading(node.collection, "t").map(({ where }) => where)].filter(
        (one) => one !== null,
      );
      if (needed.length === 0) continue;
      const { rowCount } = await client.query(neededSql(node, entry, known, needed));
      if (!rowCount) continue;
      known.any = true;
      await client.query(analyzeSql(known));
      for (const feeder of source.feeders) if (stored(feeder.node)) waiting.add(feeder.node);
    }
  }
  return { leading, tables: [...values.values()].map(({ table }) => table) };
}

type Options = { prefix: string; dropped?: boolean; stored?: (node: Node) => boolean; identities?: boolean };
/** Those values of a source that lead to what is needed. */
type Values = Source & { any: boolean };

async function valuesOf(client: pg.ClientBase, plan: Plan, source: Source, prefix: string, dropped: boolean) {
  const table = `${prefix}_${plan.sources.indexOf(source) + 1}`;
  await client.query(
    `create temporary table ${quoted(table)} ${dropped ? "on commit drop" : ""} as
     select ${columnsOf(source).join(", ")} from pg_temp.${quoted(source.table)} with no data`,
  );
  return { ...source, table, any: false };
}

const columnsOf = ({ width }: Source): string[] => Array.from({ length: width }, (_, at) => `c${at + 1}`);

/** Adds the values of a source by which needed rows of a node are found. */
function neededSql(node: Node, entry: Entry, known: Values, needed: readonly string[]): string {
  const held = [holdsValues(node, entry, "t", "v"), ...heldIf(node, entry, "t")];
  const columns = columnsOf(known);
  return `insert into pg_temp.${quoted(known.table)} select ${columns.map((column) => `v.${column}`).join(", ")}
    from pg_temp.${quoted(entry.source.table)} v
    where v.step <> ${seedStep} and exists (select 1 from ${tableName(node.collection)} t where ${held.join(" and ")} and (${anyOf(needed)}))
      and not exists (select 1 from pg_temp.${quoted(known.table)} o where ${columns.map((column) => `o.${column} = v.${column}`).join(" and ")})`;
}

function leadingIn(
  plan: Plan,
  node: Node,
  sizes: Sizes,
  values: ReadonlyMap<Source, Values>,
  row: string,
  by: (entry: Entry) => boolean,
) {
  const ways = node.entries
    .filter(by)
    .filter((entry) => isOwn(plan, entry) && mayMatch(entry.source, sizes))
    .map((entry) => ({ entry, where: entryCondition(plan, node, entry, sizes, null, row) }));
  const found = node.companyField ? "true" : anyOf(ways.map(({ where }) => where));
  if (!found) return [];
  const onwards = [...values].flatMap(([source, known]) =>
    source.feeders
      .filter((feeder) => known.any && feeder.node === node)
      .map((feeder) => ({ columns: columnsIn(feeder), where: `${puts(known, feeder, row)} and (${found})` })),
  );
  // The row itself is needed then, and so is how it is found.
  const leads = anyOf(onwards.map(({ where }) => where));
  if (!leads) return [];
  if (node.companyField) return [...onwards, { columns: [node.companyField], where: leads }];
  const backwards = ways
    .filter(({ entry }) => !entry.seedOnly)
    .map(({ entry, where }) => ({ columns: columnsIn(entry), where: `(${where}) and (${leads})` }));
  return [...onwards, ...backwards];
}

const columnsIn = ({ columns, only, ...more }: Pick<Feeder, "columns" | "only"> & Partial<Feeder>): string[] => [
  ...columns,
  ...(only ? [only.field] : []),
  ...(more.ifSet ? [more.ifSet] : []),
];

/** The condition that a row puts a needed value into a source. */
function puts(known: Values, feeder: Feeder, row: string): string {
  const columns = columnsOf(known);
  const put = feederValues(known, feeder, row).map((value, at) => `${value} as ${columns[at]}`);
  const isPut = `exists (select 1 from (select ${put.join(", ")}) x join pg_temp.${quoted(known.table)} v using (${columns.join(", ")}))`;
  return [isPut, ...putIf(feeder, row)].join(" and ");
}
