import pg from "pg";
import { afterEach } from "vitest";
import { checkSystem } from "@/lib/data-map/check";
import { parseMap } from "@/lib/data-map/parse";
import { closePlatforms } from "@/lib/data-map/platform";
import type { DataMap, Scope } from "@/lib/data-map/types";
import { endlessProblems } from "@/lib/erasure/endless";
import { eraseSubject, previewErasure } from "@/lib/erasure/erase-subject";
import { erasableProblems } from "@/lib/erasure/read-erasable";
import { fieldClassProblems } from "@/lib/retention/aging-fields";
import { retentionProblems } from "@/lib/retention/rules";
import { createDatabase, dropDatabase } from "../database";
import type { Stranger } from "./shape";

/** One of these databases, filled, and its map, read from where its owner would point to. */
export type Opened = { map: DataMap; client: pg.Client; name: string; url: string };

/**
 * Opens one in a database of its own, which goes after the test, or once the test opens another one: the map's address leads to one
 * at a time.
 */
export function strangerPerTest(): (stranger: Pick<Stranger, "schema" | "map">) => Promise<Opened> {
  let close = async () => {};
  afterEach(() => close());
  return async ({ schema, map }) => {
    await close();
    const { name, url } = await createDatabase();
    process.env.STRANGER_DATABASE_URL = url;
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => {});
    close = async () => {
      close = async () => {};
      await client.end();
      await closePlatforms();
      await dropDatabase(name);
    };
    await client.connect();
    await client.query(schema);
    await client.query("set search_path = pg_catalog; set timezone = 'UTC'");
    return { map: { systems: parseMap("theirs.yml", map) }, client, name, url };
  };
}

/** What `npm run data-map:check` says, one line each. */
export async function checked({ systems }: DataMap): Promise<string[]> {
  const findings = (await Promise.all(systems.map(checkSystem))).flat();
  return [
    ...findings.map(({ kind, where, message }) => `${kind} ${where}: ${message}`),
    ...systems.flatMap(fieldClassProblems).map(({ collection, problem }) => `no retention ${collection}: ${problem}`),
    ...retentionProblems({ systems }).map(({ collection, problem }) => `no retention ${collection}: ${problem}`),
  ];
}

/** What it says beside of erasures, by the login that erases: whether one could begin, and whether what it keeps ends. */
export async function checkedErasing({ map, url }: Pick<Opened, "map" | "url">): Promise<string[]> {
  const found = map.systems.map((system) => erasableProblems(url, system, endlessProblems));
  return (await Promise.all(found)).flat();
}

export const subjectOf = ({ person, closing }: Stranger, scope: Scope) =>
  scope === "company" && closing
    ? { platformUserId: closing.person, platformCompanyId: closing.company }
    : { platformUserId: person, platformCompanyId: null };

/** Each row of each table and materialised view, as text, of whatever schema; and what lies in large objects. */
export async function everything(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string; columns: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name,
            (select string_agg(format('coalesce(t.%I::text, ''~'')', a.attname), ' || ''|'' || ' order by a.attnum)
             from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const all: string[] = [];
  await client.query("set bytea_output = 'escape'");
  for (const { name, columns } of rows) {
    const found = await client.query<{ row: string }>(`select ${columns} as row from only ${name} t`);
    all.push(...found.rows.map(({ row }) => `${name} ${row}`));
  }
  const objects = await client.query<{ row: string }>(
    "select encode(lo_get(oid), 'escape') as row from pg_largeobject_metadata",
  );
  return [...all, ...objects.rows.map(({ row }) => `large object ${row}`)].sort();
}

/** Links that lead to no row, by the map and by foreign keys, as `Child.column: how many`. */
export async function dangling(client: pg.ClientBase, { systems }: DataMap): Promise<string[]> {
  const found: string[] = [];
  const name = (text: string) => pg.escapeIdentifier(text);
  for (const { edges, collections } of systems)
    for (const { from, to, holder, only } of edges) {
      const [held, key] = holder === "from" ? [from, to] : [to, from];
      const [child, parent] = [held, key].map((side) => collections.find((one) => one.name === side.collection));
      if (
        !child ||
        !parent ||
        child.fields.some(({ name: field, type }) => held.columns.includes(field) && /\[\]$/.test(type ?? ""))
      )
        continue;
      const at = ({ table }: typeof child) => `${name(table.schema)}.${name(table.name)}`;
      const pairs = held.columns.map(
        (column, place) => `p.${name(key.columns[place] ?? "")}::text = c.${name(column)}::text`,
      );
      const set = held.columns.map((column) => `c.${name(column)} is not null`);
      const when = only?.is
        ? ` and c.${name(only.field)}::text in (${only.is.map((one) => pg.escapeLiteral(one)).join(", ")})`
        : "";
      const { rows } = await client.query(
        `select count(*)::int as n from ${at(child)} c where ${set.join(" and ")}${when} and not exists (select 1 from ${at(parent)} p where ${pairs.join(" and ")})`,
      );
      found.push(`${child.name}.${held.columns.join("+")} -> ${parent.name}: ${rows[0].n}`);
    }
  return found.sort();
}

/** What an erasure was about to do, and what it did. */
export async function erased(map: DataMap, stranger: Stranger, scope: Scope) {
  const order = { map, subject: subjectOf(stranger, scope), scope };
  const previewed = await previewErasure(order);
  return { previewed, done: await eraseSubject(order) };
}
