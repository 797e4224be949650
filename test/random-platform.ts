import fc from "fast-check";
import pg from "pg";
import { expect } from "vitest";
import { quoted, tableName } from "@/lib/data-map/identifiers";
import type { Memory, MemoryRow } from "@/lib/data-map/reach-oracle";
import type { Anonymiser, Collection, Edge, Field, Role, System } from "@/lib/data-map/types";
import type { Expected, Link } from "@/lib/erasure/oracle";

// Platforms that nobody here designed: 3 to 12 tables with random references, roles, rules and rows.

export const linkColumns = ["l1", "l2", "l3"] as const;
const roles: Role[] = ["owner", "shared", "mentions"];
const actions = ["delete", "delete", "anonymise", "keep"] as const;

const linkArbitrary = fc.record({
  target: fc.nat(11),
  required: fc.boolean(),
  enforced: fc.constantFrom(null, "no action", "restrict", "cascade", "set null", "no action deferrable"),
  /** Whether the map knows of it. */
  mapped: fc.integer({ min: 0, max: 4 }).map((chance) => chance > 0),
  direction: fc.constantFrom("from", "from", "to", "both"),
  role: fc.constantFrom(null, null, ...roles),
  scope: fc.constantFrom("person", "company", "both", "both"),
  /** Of the column; a foreign key of the database takes none that it cannot compare. */
  type: fc.constantFrom("integer", "integer", "bigint", "numeric(6,2)", "double precision", "varchar(9)", "text"),
  /** To what is itself a link, where others know the rows of its target by that. */
  byLink: fc.boolean(),
  /** It is a link only in rows of one kind, as those by type and id are. */
  only: fc.constantFrom(false, false, false, false, true),
});
const tableArbitrary = fc.record({
  role: fc.constantFrom("owner" as const, ...roles),
  scope: fc.constantFrom("person", "company", "both", "both"),
  direct: fc.boolean(),
  companyType: fc.constantFrom("integer", "integer", "bigint", "numeric(6,2)", "text"),
  enter: fc.boolean(),
  follow: fc.boolean(),
  person: fc.constantFrom(...actions),
  company: fc.constantFrom(...actions),
  note: fc.constantFrom<(Anonymiser | "keep" | null)[]>(
    null,
    "keep",
    "clear",
    "token",
    "hash",
    { fixed: "gone" },
    { first: 1 },
  ),
  held: fc.constantFrom(0, 0, 0, 1, 2),
  /** No two rows have the same first link. */
  known: fc.boolean(),
  links: fc.tuple(
    fc.option(linkArbitrary, { nil: null, freq: 3 }),
    fc.option(linkArbitrary, { nil: null }),
    fc.option(linkArbitrary, { nil: null }),
  ),
  rows: fc.array(
    fc.record({
      links: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)),
      company: fc.constantFrom(null, 1, 1, 2),
      mail: fc.constantFrom(null, "", "a@x", "A@X", "b@x", "c@x"),
      kind: fc.constantFrom(null, "a", "a", "a", "a", "b"),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});
export const worldArbitrary = fc.array(tableArbitrary, { minLength: 3, maxLength: 12 });
export type Given = typeof worldArbitrary extends fc.Arbitrary<infer T> ? T : never;

export type World = {
  system: System;
  memory: Memory;
  links: Link[];
  ddl: string[];
  held: (collection: string, row: MemoryRow) => boolean;
};

export const fieldOf = (name: string, type: string, extra: Partial<Field> = {}): Field => ({
  ...{
    name,
    label: name,
    description: "",
    type,
    dataType: null,
    dataCategories: ["user"],
    policyCategory: "collect.account",
  },
  ...{
    retention: "account",
    since: null,
    erasure: null,
    export: { when: "always" },
    primaryKey: false,
    identity: null,
    enter: null,
  },
  ...{ follow: null, file: null },
  ...extra,
});

/** Table 0 holds the people, 1 the companies; the person asked for is 1 and owns company 1. */
export function build(given: Given, schema: string, url: string): World {
  const name = (at: number) => `t${at}`;
  const count = (at: number) => given[at]?.rows.length ?? 0;
  const linkValue = (
    { required, enforced }: { required: boolean; enforced: unknown },
    target: number,
    wanted: number,
  ) => {
    const there = ((wanted - 1 + count(target)) % count(target)) + 1;
    if (required) return there;
    // 0 where older systems have no null.
    return wanted === 0 ? null : enforced ? there : wanted === 6 ? 0 : wanted;
  };
  /** The first links of a table by which others may know its rows; null where they do not. */
  const knownBy = given.map((one) => {
    const [link] = one.links;
    if (!one.known || !link || link.required) return null;
    const seen = new Set<number | null>([0]);
    return one.rows.map((row) => {
      const value = linkValue(link, link.target % given.length, row.links[0]);
      if (seen.has(value)) return null;
      seen.add(value);
      return value;
    });
  });
  const linksOf = (at: number) =>
    (given[at]?.links ?? []).flatMap((link, place) => {
      if (!link) return [];
      const target = link.target % given.length;
      const byLink = link.byLink && place > 0 && knownBy[target]?.some((value) => value !== null) === true;
      const first = given[target]?.links[0];
      const isInteger = !byLink || first?.enforced || first?.type === "integer";
      const enforced = isInteger ? link.enforced : null;
      return [{ ...link, enforced, target, column: linkColumns[place] ?? "l1", key: byLink ? "l1" : "id" }];
    });
  const collections = given.map((one, at): Collection => {
    const note = one.note;
    return {
      ...{ name: name(at), table: { schema, name: name(at) }, label: name(at), description: "", dataCategories: [] },
      ...{
        policyCategory: "collect.account",
        retention: "account",
        since: null,
        open: null,
        exported: true,
        primaryKey: ["id"],
      },
      role: at === 0 ? "owner" : one.role,
      scope: at < 2 ? "both" : one.scope,
      companyField: one.direct && at !== 1 ? "company" : null,
      erasure: { person: { action: one.person }, company: { action: one.company } },
      fields: [
        fieldOf("id", "integer", { primaryKey: true }),
        ...linkColumns.map((column, place) => {
          const { type = "integer", enforced = null } = one.links[place] ?? {};
          return fieldOf(column, enforced ? "integer" : type);
        }),
        fieldOf("company", one.companyType),
        fieldOf("mail", "text", {
          identity: "email",
          enter: one.enter && at > 0 ? { ifEmpty: null } : null,
          follow: one.follow ? { ifSet: null } : null,
        }),
        fieldOf("note", "text", {
          erasure: note === null ? null : note === "keep" ? { action: "keep" } : { action: "anonymise", by: note },
        }),
        fieldOf("kind", "text"),
        // No two rows may hold the same, and none may be without: emptied rows as well.
        fieldOf("no", "integer"),
      ],
    };
  });
  const edges: Edge[] = [];
  const found: Link[] = [];
  const ddl = knownBy.flatMap((known, at) => (known ? [`create unique index on ${schema}.${name(at)} (l1)`] : []));
  // The column that says whose account a row is of leads to the company, though nothing else says so.
  for (const { name: child, companyField } of collections)
    if (companyField) found.push({ child, column: companyField, parent: name(1), required: false });
  for (const at of given.keys())
    for (const { column, key, target, required, enforced, mapped, direction, role, scope, only: isOnly } of linksOf(
      at,
    )) {
      const only = isOnly && mapped && !enforced ? { only: { field: "kind", is: ["a"] } } : {};
      const here = { collection: name(at), columns: [column] };
      const there = { collection: name(target), columns: [key] };
      const edge = (from: Edge["from"], to: Edge["to"], holder: Edge["holder"]): Edge => ({
        ...{ from, to, scope, role, ifEmpty: null, holder, ...only },
        // As the map takes it where the reference says no role (edges.ts).
        ...(to.collection === name(0) && role === null ? { isAnother: true } : {}),
      });
      if (mapped && direction !== "to") edges.push(edge(there, here, "to"));
      if (mapped && direction !== "from") edges.push(edge(here, there, "from"));
      if (mapped || enforced) found.push({ child: name(at), column, parent: name(target), key, required, ...only });
      if (enforced) {
        const rule = enforced === "set null" && required ? "no action" : enforced.replace(" deferrable", "");
        const later = enforced.endsWith("deferrable") ? " deferrable initially deferred" : "";
        ddl.push(
          `alter table ${schema}.${name(at)} add foreign key (${column}) references ${schema}.${name(target)} (${key}) on delete ${rule}${later}`,
        );
      }
    }
  const memory: Memory = Object.fromEntries(
    given.map((one, at) => [
      name(at),
      one.rows.map((row, place): MemoryRow => {
        const values = Object.fromEntries(linkColumns.map((column) => [column, null as number | null]));
        for (const link of linksOf(at)) {
          const { column, target, key, required } = link;
          const value = linkValue(link, target, row.links[linkColumns.indexOf(column)] ?? 0);
          const known = key === "id" ? null : knownBy[target];
          const there = known?.[(value ?? 0) - 1] ?? (required ? known?.find((one) => one !== null) : null) ?? null;
          values[column] = known ? there : value;
        }
        if (knownBy[at]) values.l1 = knownBy[at][place] ?? null;
        return {
          id: place + 1,
          ...values,
          company: row.company,
          mail: row.mail === "" && place % 2 === 1 ? "0" : row.mail,
          note: `note of ${at}/${place}`,
          kind: row.kind,
          no: at * 100 + place,
          place,
        };
      }),
    ]),
  );
  const [me] = memory.t0 ?? [];
  if (me) me.company = 1;
  const system: System = {
    ...{ name: "world", label: "World", description: "", url: () => url, eraser: () => url, outbox: null },
    person: {
      ...{ collection: "t0", id: "id", email: "mail", verified: null, name: null, language: null, timeZone: null },
      ...{ company: "company", owner: { field: "id", is: ["1"] }, active: null, closed: null },
    },
    company: { collection: "t1", id: "id", name: null, closed: null },
    ...{ collections, edges, impersonal: [], ignoredSchemas: [] },
  };
  const held = (collection: string, row: MemoryRow) => {
    const every = given[Number(collection.slice(1))]?.held ?? 0;
    return every > 0 && Number(row.id) % (every + 1) === 0;
  };
  return { system, memory, links: found, ddl, held };
}

export async function store(
  client: pg.Client,
  { system, memory, links: found, ddl }: World,
  schema: string,
): Promise<void> {
  const parts = [`create schema ${schema}`];
  for (const collection of system.collections) {
    const table = tableName(collection);
    const required = (column: string) =>
      found.some((link) => link.child === collection.name && link.column === column && link.required)
        ? " not null"
        : "";
    const columns = collection.fields.map(
      (f) =>
        `${quoted(f.name)} ${f.type}${f.primaryKey ? " primary key" : f.name === "no" ? " not null unique" : required(f.name)}`,
    );
    parts.push(`create table ${table} (${columns.join(", ")}, place integer)`);
    const rows = JSON.stringify(memory[collection.name] ?? []);
    parts.push(`insert into ${table} select * from json_populate_recordset(null::${table}, ${pg.escapeLiteral(rows)})`);
  }
  await client.query([...parts, ...ddl].join("; "));
}

export type Rows = Record<string, Map<number, MemoryRow>>;

/** Every row there is, by its place; links are numbers, of whatever type the columns are. */
export async function read(client: pg.Client, system: System): Promise<Rows> {
  const all: Rows = {};
  for (const collection of system.collections) {
    const { rows } = await client.query<MemoryRow>(`select * from ${tableName(collection)}`);
    const links = [...linkColumns, "company"].filter((name) => name in (rows[0] ?? {}));
    for (const row of rows) for (const name of links) row[name] = row[name] == null ? null : Number(row[name]);
    all[collection.name] = new Map(rows.map((row) => [Number(row.place), row]));
  }
  return all;
}

/** What was judged came true, row by row, and nothing dangles that did not dangle before. */
export function expectAsJudged(
  { system, links }: World,
  expected: Expected,
  before: Rows,
  after: Rows,
  what: string,
): void {
  for (const { name, fields } of system.collections)
    for (const [at, { verdict, cut, leads }] of (expected[name] ?? []).entries()) {
      const place = [...(before[name]?.keys() ?? [])].toSorted((a, b) => a - b)[at] ?? -1;
      const [was, is] = [before[name]?.get(place), after[name]?.get(place)];
      const where = `${name}/${place} ${verdict} (${what})`;
      if (verdict === "deleted") expect(is, where).toBeUndefined();
      else expect(is, where).toBeDefined();
      if (verdict === "untouched" || verdict === "held") expect(is, where).toEqual(was);
      if (!was || !is) continue;
      for (const column of linkColumns)
        expect(is[column], `${where}.${column}`).toBe(cut.includes(column) ? null : was[column]);
      expect(is.id, where).toBe(was.id);
      const note = fields.find((field) => field.name === "note")?.erasure;
      // One that was changed before may come out the same.
      const isNew = String(was.note).startsWith("note of");
      if (isNew && verdict === "reduced" && note?.action !== "keep") expect(is.note, where).not.toBe(was.note);
      if (verdict === "reduced") expect(is.mail, where).toBe(leads?.has("mail") ? was.mail : null);
      if (verdict === "reduced" && leads?.has("company")) expect(is.company, where).toBe(was.company);
      if (verdict === "unlinked" || (verdict === "retained" && note?.action !== "anonymise"))
        expect(is.note, where).toBe(was.note);
      if (isNew && verdict === "retained" && note?.action === "anonymise") expect(is.note, where).not.toBe(was.note);
    }
  for (const { child, column, parent, only, key = "id" } of links)
    for (const [place, row] of after[child] ?? []) {
      if (only && row[only.field] !== "a") continue;
      const ids = (rows: Map<number, MemoryRow> | undefined) => [...(rows?.values() ?? [])].map((one) => one[key]);
      const value = row[column];
      if (value == null || !ids(before[parent]).includes(value)) continue;
      expect(ids(after[parent]), `${child}/${place}.${column} = ${value}`).toContain(value);
    }
}
