import type pg from "pg";
import { type Entry, holdsMany, identityIdle, type Node, type Source } from "../data-map/compile";
import { quoted } from "../data-map/identifiers";
import { fieldOf } from "../data-map/named";
import { leadsSql } from "../data-map/none";
import { equalSql } from "../data-map/pairs";
import { feederValues, heldIf, temporary } from "../data-map/reach-sql";
import { any, ways as reached, storedNodes, tableOf, type World } from "./conditions";

/** Which identities of a kind are somebody else's, than the person's or company's, in the home system. */
export type OthersAtHome = (kind: string, values: readonly string[]) => Promise<readonly string[]>;

/** How many are asked for at once: where no index serves there, each time is a look through its tables. */
const page = 50_000;

type Way = { node: Node; entry: Entry };

/** The condition that a row of a collection holds an identity of somebody else's. */
export type KnownAtHome = (node: Node, row: string) => string;

/**
 * Of a system that people are only entered by: which of the rows that are reached another identity makes somebody else's too, such as
 * the other end of a call. Whose it is the home system knows; what is nobody's there is no claim.
 */
export async function findKnownAtHome(
  client: pg.ClientBase,
  world: World,
  othersAtHome: OthersAtHome,
): Promise<KnownAtHome> {
  const found: (Way & { table: string })[] = [];
  for (const source of world.plan.sources) {
    const ways = storedNodes(world).flatMap((node) => waysOf(node, source));
    const table = ways.length > 0 ? await findTheirs(client, world, source, ways, othersAtHome) : null;
    if (table) found.push(...ways.map((way) => ({ ...way, table })));
  }
  return (node, row) =>
    any(
      found
        .filter((way) => way.node === node)
        .map(({ entry, table }) => [holdsAny(node, entry, row, table), ...heldIf(node, entry, row)].join(" and ")),
    );
}

/** The columns that may hold another identity beside the one by which a row was found. */
const waysOf = (node: Node, source: Source): Way[] =>
  node.entries
    .filter((entry) => source.identity !== null && entry.source === source && entry.role !== "mentions")
    .filter(({ columns: [column = ""] }) => node.entries.length > 1 || holdsMany(node, column))
    .map((entry) => ({ node, entry }));

/** The condition that a row holds any of these; each of a list's values is looked up by itself, since there may be many of both. */
function holdsAny(node: Node, { columns: [name = ""], pairs: [pair] }: Entry, row: string, table: string): string {
  if (!pair) throw new Error("a link has columns");
  const column = `${row}.${quoted(name)}`;
  const isOne = (value: string) => `exists (select 1 from pg_temp.${table} o where ${equalSql(pair, value, "o.c1")})`;
  return holdsMany(node, name) ? `exists (select 1 from unnest(${column}) x(v) where ${isOne("x.v")})` : isOne(column);
}

/** Puts aside which of these columns' values are somebody else's. @returns the name of their temporary table; null when none are */
async function findTheirs(
  client: pg.ClientBase,
  world: World,
  source: Source,
  ways: readonly Way[],
  othersAtHome: OthersAtHome,
): Promise<string | null> {
  const kind = source.identity ?? "";
  const table = `${source.table}_theirs`;
  world.asides.add(table);
  const values = ways.map(({ node, entry: { columns, ...entry } }) => {
    const [value] = feederValues(source, { node, columns }, "t");
    const held = [`(${any(reached(world, node))})`, ...heldIf(node, entry, "t")].join(" and ");
    const field = fieldOf(node.collection, columns[0]);
    const leads = field && leadsSql(identityIdle(kind, field), "e.c1");
    return `select e.c1 from (select ${value} as c1 from ${tableOf(node)} t where ${held}) e where ${leads ?? "true"}`;
  });
  await client.query(
    `create temporary table ${table} as select c1 from ${temporary(source)} with no data;
     declare tc_values no scroll cursor for select distinct e.c1 from (${values.join(" union all ")}) e
     where not exists (select 1 from ${temporary(source)} o where o.c1 = e.c1)`,
  );
  let some = false;
  for (;;) {
    const { rows } = await client.query<{ c1: string }>(`fetch ${page} from tc_values`);
    if (rows.length === 0) break;
    const theirs = await othersAtHome(
      kind,
      rows.map(({ c1 }) => c1),
    );
    if (theirs.length > 0) await client.query(`insert into pg_temp.${table} select unnest($1::text[])`, [theirs]);
    some ||= theirs.length > 0;
    if (rows.length < page) break;
  }
  await client.query(`close tc_values; create index on pg_temp.${table} (c1); analyze pg_temp.${table}`);
  return some ? table : null;
}
