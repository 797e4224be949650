import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { tableName } from "./identifiers";
import { openReachIn } from "./reach";
import { type Memory, type MemoryRow, oracle } from "./reach-oracle";
import type { Collection, Edge, Field, Role, System } from "./types";

// Random schemas, references and rows; the compiled SQL must find what the oracle finds, no more and
// no less. Row numbers lie in a column of their own, so that rows can be told apart without keys.

let url = "";
let database = "";
let client: pg.Client;

beforeAll(async () => {
  ({ name: database, url } = await createDatabase());
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dropDatabase(database);
});

const roles: Role[] = ["owner", "shared", "mentions"];
const scopes = ["person", "company", "both"] as const;
const links = ["a", 'b "quoted" B', "c"];
const columns = [...links, "company", "mail", "place"];

const fieldOf = (name: string, extra: Partial<Field> = {}): Field => ({
  name,
  label: name,
  description: "",
  type: name === "mail" || name === "secret" ? "text" : "integer",
  dataType: null,
  dataCategories: ["user"],
  policyCategory: "collect.account",
  retention: "account",
  erasure: null,
  export: { when: "always" },
  primaryKey: false,
  identity: null,
  enter: null,
  follow: null,
  file: null,
  ...extra,
});

const collectionArbitrary = fc.record({
  role: fc.constantFrom(...roles),
  scope: fc.constantFrom(...scopes),
  direct: fc.boolean(),
  /** Whether its columns know another value for none. */
  none: fc.constantFrom(false, false, true),
  enter: fc.option(fc.record({ ifEmpty: fc.option(fc.constantFrom(...links), { nil: null, freq: 2 }) }), { nil: null }),
  follow: fc.option(fc.record({ ifSet: fc.option(fc.constantFrom(...links), { nil: null, freq: 2 }) }), { nil: null }),
});

const edgeArbitrary = fc.record({
  from: fc.nat(4),
  to: fc.nat(4),
  pairs: fc.uniqueArray(fc.tuple(fc.constantFrom(...links), fc.constantFrom(...links)), {
    minLength: 1,
    maxLength: 2,
    selector: ([one]) => one,
  }),
  scope: fc.constantFrom(...scopes),
  role: fc.constantFrom(null, null, ...roles),
  ifEmpty: fc.constantFrom(null, null, ...links),
});

const small = fc.constantFrom(null, 0, 1, 2, 3, 4);
const mails = fc.constantFrom(null, "", " ", "-", "0", "a@x", "B@x", "b@X", "c@x");
const rowArbitrary = fc.tuple(small, small, small, small, mails);

/** A key in one table need not be of the type that a link to it has in another one. */
const linkType = fc.constantFrom("integer", "bigint", "numeric(6,2)", "double precision", "varchar(9)", "text");
const typed = [...links, "company"];

const worldArbitrary = fc.record({
  collections: fc.array(collectionArbitrary, { minLength: 2, maxLength: 5 }),
  edges: fc.array(edgeArbitrary, { maxLength: 8 }),
  rows: fc.array(fc.array(rowArbitrary, { maxLength: 7 }), { minLength: 5, maxLength: 5 }),
  types: fc.array(fc.array(linkType, { maxLength: 4 }), { maxLength: 5 }),
});

type World = { system: System; memory: Memory };

/** Collection 0 holds the people (`a` is their id, `company` their company, `c` = 1 an owner), 1 the companies. */
function build(given: WorldInput, schema: string): World {
  const name = (at: number) => (at === 2 ? 'Odd "Name", two' : `t${at}`);
  const collections = given.collections.map(
    (c, at): Collection => ({
      name: name(at),
      table: { schema, name: name(at) },
      label: name(at),
      description: "",
      dataCategories: [],
      policyCategory: "collect.account",
      role: at === 0 ? "owner" : c.role,
      scope: at < 2 ? "both" : c.scope,
      companyField: c.direct ? "company" : null,
      retention: "account",
      since: null,
      open: null,
      erasure: { person: { action: "delete" }, company: { action: "delete" } },
      exported: true,
      primaryKey: [],
      fields: [
        ...columns.map((column) =>
          column === "mail"
            ? fieldOf(column, {
                ...{ identity: "email", enter: at === 0 ? null : c.enter, follow: c.follow },
                ...(c.none ? { none: ["c@x"] } : {}),
              })
            : // What says who an owner is, is compared by its letters.
              fieldOf(column, {
                type: (at > 0 || column !== "c" ? given.types[at] : [])?.[typed.indexOf(column)] ?? "integer",
                ...(c.none ? { none: ["4"] } : {}),
              }),
        ),
        fieldOf("secret", { export: { when: "own", reason: "r", ground: "g" } }),
      ],
    }),
  );
  const edges = given.edges
    .filter(({ from, to }) => from < collections.length && to < collections.length)
    .map(
      ({ from, to, pairs, ...rest }): Edge => ({
        from: { collection: name(from), columns: pairs.map(([one]) => one) },
        to: { collection: name(to), columns: pairs.map(([, other]) => other) },
        ...rest,
        holder: "to",
      }),
    );
  const memory: Memory = Object.fromEntries(
    collections.map(({ name: collection }, at) => [
      collection,
      (given.rows[at] ?? []).map(
        ([a, b, c, company, mail], place): MemoryRow => ({
          a,
          'b "quoted" B': b,
          c,
          company,
          mail,
          place,
          secret: `s${place}`,
        }),
      ),
    ]),
  );
  // The person asked for owns company 2, which there is.
  memory.t1?.push({
    ...{ a: 2, 'b "quoted" B': null, c: null, company: null, mail: null },
    ...{ place: memory.t1.length, secret: "theirs" },
  });
  memory.t0?.push({ a: 1, 'b "quoted" B': 2, c: 1, company: 2, mail: "a@x", place: memory.t0.length, secret: "mine" });
  const system: System = {
    name: "world",
    label: "World",
    description: "",
    url: () => url,
    person: {
      collection: "t0",
      id: "a",
      email: "mail",
      verified: null,
      name: null,
      language: null,
      timeZone: null,
      company: "company",
      owner: { field: "c", is: ["1"] },
      active: null,
      closed: null,
    },
    outbox: null,
    eraser: null,
    company: { collection: "t1", id: "a", name: null, closed: null },
    collections,
    edges,
    impersonal: [],
    ignoredSchemas: [],
  };
  return { system, memory };
}
type WorldInput = typeof worldArbitrary extends fc.Arbitrary<infer T> ? T : never;

async function store({ system, memory }: World, schema: string): Promise<void> {
  const parts = [`create schema ${schema}`];
  for (const collection of system.collections) {
    const table = tableName(collection);
    parts.push(
      `create table ${table} (${collection.fields.map((f) => `${pg.escapeIdentifier(f.name)} ${f.type}`).join(", ")})`,
    );
    const rows = JSON.stringify(memory[collection.name] ?? []);
    parts.push(`insert into ${table} select * from json_populate_recordset(null::${table}, ${pg.escapeLiteral(rows)})`);
  }
  await client.query(parts.join("; "));
}

let run = 0;

/** Found once: an id held by two people, of whom one is reached, must not reach the other. */
const sharedId: WorldInput = {
  collections: [0, 1].map(() => ({
    role: "owner",
    scope: "person",
    direct: false,
    none: false,
    enter: null,
    follow: null,
  })),
  edges: [{ from: 0, to: 0, pairs: [[links[1] ?? "", links[1] ?? ""]], scope: "person", role: null, ifEmpty: null }],
  rows: [
    [
      [2, null, null, null, null],
      [2, 2, null, null, null],
    ],
    [],
    [],
    [],
    [],
  ],
  types: [],
};

/** Found once: the companies' own table with a company column, led on from to the people. */
const directCompanies: WorldInput = {
  collections: [false, true].map((direct) => ({
    role: "owner",
    scope: "person",
    direct,
    none: false,
    enter: null,
    follow: null,
  })),
  edges: [{ from: 1, to: 0, pairs: [["a", "a"]], scope: "company", role: null, ifEmpty: null }],
  rows: [[], [[1, null, null, 2, null]], [], [], []],
  types: [],
};

describe("the access compiler", () => {
  it.each(["person", "company"] as const)(
    "reaches exactly what the plain oracle reaches (%s scope), and nobody else's rows",
    async (scope) => {
      let found = 0;
      await fc.assert(
        fc.asyncProperty(worldArbitrary, async (given) => {
          const schema = `w${run++}`;
          const world = build(given, schema);
          await store(world, schema);
          const subject = { platformUserId: "1", platformCompanyId: "2" };
          const expected = oracle(world.system, world.memory, subject, scope);
          const reach = await openReachIn({ systems: [world.system] }, world.system, subject, scope);
          try {
            expect(reach.collections.map(({ name }) => name)).toEqual(Object.keys(expected));
            for (const collection of reach.collections) {
              const { rows } = await reach.client.query(reach.query(collection));
              const got = rows
                .map((row) => [row.place, scope === "company" || row.secret !== null] as const)
                .sort(([a], [b]) => a - b);
              const want = [...(expected[collection.name] ?? [])]
                .map(([place, role]) => [place, scope === "company" || role === "owner"] as const)
                .sort(([a], [b]) => a - b);
              expect(got).toEqual(want);
              expect(await reach.count(collection)).toBe(want.length);
              found += want.length;
            }
          } finally {
            await reach.close();
            await client.query(`drop schema ${schema} cascade`);
          }
        }),
        { numRuns: Number(process.env.REACH_RUNS ?? 40), examples: [[sharedId], [directCompanies]] },
      );
      expect(found).toBeGreaterThan(50);
    },
    120_000,
  );
});
