import type pg from "pg";
import type { Node } from "../data-map/compile";
import { quoted, tableName } from "../data-map/identifiers";
import { collectionOf, fieldOf } from "../data-map/named";
import { equalSql, pairOf } from "../data-map/pairs";
import { isArray } from "../data-map/type-families";
import type { Anonymiser, Collection, Field } from "../data-map/types";
import { anonymised, isToken, isWide, plainValue } from "./anonymise";
import { type Column, canBeEmpty, ErasureRefused } from "./catalog";
import {
  any,
  cuts,
  fieldsChange,
  isOwnField,
  linkCondition,
  liveEntries,
  no,
  retained,
  storedNodes,
  tableOf,
  type World,
} from "./conditions";
import { heldColumns } from "./references";
import { memberOf } from "./row-sets";

/** The other end of a link. */
type End = { collection: Collection; field: Field };

/** More often is hardly ever needed: of values of which half are somebody's, one in four thousand million finds none. */
const tries = 32;

const lowest: Record<string, string> = {
  smallint: "-32768",
  integer: "-2147483648",
  bigint: "-9223372036854775808",
};

/**
 * Chooses what becomes of links that are cut by another value where there are few values, such as of a smallint or of two letters: one
 * that nobody on their other end has, else the row would lead to a stranger. Noted in `world.apart`, by the old value, so that within
 * a run alike stays alike. What the map fixes stands as it says.
 * @throws ErasureRefused where every value that was tried is somebody's
 */
export async function leadNowhere(client: pg.ClientBase, world: World): Promise<void> {
  for (const node of storedNodes(world))
    for (const field of node.collection.fields) {
      const column = world.catalog.columns.get(node.collection.name)?.get(field.name);
      const where = column ? replacedIn(world, node, field, column) : no;
      const ends = endsOf(world, node, field);
      if (column && where !== no && ends.length > 0) await choose(client, world, { node, field, column, ends, where });
    }
}

type Choice = { node: Node; field: Field; column: Column; ends: readonly End[]; where: string };

/** The rows `t` in which a value of few comes to stand instead of the link. */
function replacedIn(world: World, node: Node, { name, erasure }: Field, column: Column): string {
  if (column.array || isWide(column) || !isOwnField(world, node, name)) return no;
  const isReference = world.references.some(
    (reference) => reference.childCollection === node.collection && heldColumns(reference).includes(name),
  );
  if (isReference || (erasure && !(erasure.action === "anonymise" && isToken(erasure.by)))) return no;
  const links = liveEntries(world, node).filter((entry) => cuts(world, node, entry).get(name) === "token");
  return any([
    ...links.flatMap((entry) => [true, false].map((own) => linkCondition(world, node, entry, own))),
    erasure && fieldsChange(world, node) ? retained(world, node) : no,
    erasure || !canBeEmpty(column) ? (memberOf(world.stays.get(node), "t") ?? no) : no,
  ]);
}

function endsOf({ plan: { system }, catalog }: World, { collection, entries }: Node, { name }: Field): End[] {
  const found = system.edges.flatMap(({ from, to, holder }) => {
    const [held, kept] = holder === "from" ? [from, to] : [to, from];
    const at = held.collection === collection.name ? held.columns.indexOf(name) : -1;
    return at < 0 ? [] : [{ collection: kept.collection, column: kept.columns[at] }];
  });
  const identities = entries
    .filter(({ source, columns }) => source.identity && columns.includes(name))
    .flatMap(({ source }) => source.feeders)
    .map((feeder) => ({ collection: feeder.node.collection.name, column: feeder.columns[0] }));
  return [...found, ...identities].flatMap((end) => {
    const there = collectionOf(system, end.collection);
    const field = fieldOf(there, end.column);
    return there && field && !isArray(field) && catalog.columns.has(there.name) ? [{ collection: there, field }] : [];
  });
}

async function choose(
  client: pg.ClientBase,
  world: World,
  { node, field, column, ends, where }: Choice,
): Promise<void> {
  const by: Anonymiser = field.erasure?.action === "anonymise" ? field.erasure.by : "token";
  const another = anonymised(by, field.name, column, "x.n") ?? plainValue(field.name, column);
  // Reported where it is made.
  if (another === null) return;
  const table = `tc_apart_${world.asides.size}`;
  const old = `t.${quoted(field.name)}`;
  const isSomebodys = ends.map((end) => {
    const key = `p.${quoted(end.field.name)}`;
    return `not exists (select 1 from ${tableName(end.collection)} p where ${equalSql(pairOf(field, end.field), "x.made", key)})`;
  });
  await client.query(
    `create temporary table ${table} on commit drop as
     with olds as materialized (select distinct ${old} from ${tableOf(node)} t where ${where}),
     tried as (select ${old} as old, x.n, ${another} as made from olds t, generate_series(0, ${tries - 1}) x(n)
       union all select ${old}, ${tries}, ${below(world, column, ends)} from olds t),
     free as (select distinct on (x.old) x.old, x.made from tried x
       where x.made is not null and x.made is distinct from x.old and ${isSomebodys.join(" and ")} order by x.old, x.n)
     select ${old} as old, f.made from olds t left join free f on f.old = ${old}`,
  );
  world.asides.add(table);
  const { rows } = await client.query(
    `select 1 from pg_temp.${table} m where m.old is not null and m.made is null limit 1`,
  );
  const there = ends.map((end) => `${end.collection.name}.${end.field.name}`).join(" or ");
  if (rows.length > 0)
    throw new ErasureRefused(
      `${node.collection.name}.${field.name}: every other value that was tried is somebody's in ${there}, so a link that is cut there would lead to them; say what becomes of it (\`erasure: { fixed: ... }\`), or let the column be empty`,
    );
  await client.query(`create index on pg_temp.${table} (old)`);
  // Rows that a trigger writes meanwhile may hold others.
  const given = anonymised(by, field.name, column) ?? plainValue(field.name, column);
  const values = world.apart.get(node) ?? new Map<string, string>();
  values.set(field.name, `coalesce((select m.made from pg_temp.${table} m where m.old = ${old}), ${given})`);
  world.apart.set(node, values);
}

/** SQL of a number that is lower than all on the other end, and than what becomes of a number there that is emptied; null for none. */
function below({ catalog }: World, { base, type }: Column, ends: readonly End[]): string {
  const least = ends.map(({ collection, field }) => {
    const there = catalog.columns.get(collection.name)?.get(field.name)?.base;
    return there && (there in lowest || there === "numeric")
      ? `(select min(p.${quoted(field.name)})::numeric from ${tableName(collection)} p)`
      : "null";
  });
  const bound = lowest[base];
  if (!bound || least.includes("null")) return `null::${type}`;
  const value = `least(0, ${least.join(", ")})`;
  return `(case when ${value} > ${bound} then ${value} - 1 end)::${type}`;
}
