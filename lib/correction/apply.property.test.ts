import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { quoted, tableName } from "../data-map/identifiers";
import { correctable } from "../data-map/own-cells";
import { parseMap } from "../data-map/parse";
import type { System } from "../data-map/types";
import { applyInSystem, type Change } from "./apply-in-system";

// Random schemas with random names, types, keys, owners and rows, random proposals, some on rows of others or after somebody else
// changed them: exactly the cells that may be changed are, and every other byte of the database is as it was.

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

const types = {
  text: fc.constantFrom("Robin", "O'Brien", 'a "quoted" one', "$1; drop table t0", "Zoë 🛠", ""),
  "varchar(12)": fc.constantFrom("short", "exactly 12 c", "x"),
  "numeric(8,2)": fc.constantFrom("1.00", "61.50", "-3.25"),
  date: fc.constantFrom("2026-11-28", "1999-02-28"),
  boolean: fc.constantFrom("true", "false"),
  integer: fc.constantFrom("0", "42", "-7"),
} as const;
type Type = keyof typeof types;
const typeNames = Object.keys(types) as Type[];
const names = ["plain", "With Space", 'quo"te', "select", "täble"];

const columnArbitrary = fc.constantFrom(...typeNames).chain((type) =>
  fc.record({
    type: fc.constant(type),
    values: fc.array(fc.option(types[type], { nil: null }), { minLength: 6, maxLength: 6 }),
    correct: fc.constantFrom("staff", "staff", "never"),
  }),
);
const tableArbitrary = fc.record({
  name: fc.constantFrom(...names),
  role: fc.constantFrom("owner", "owner", "shared", "mentions"),
  composite: fc.boolean(),
  columns: fc.array(columnArbitrary, { minLength: 1, maxLength: 4 }),
  owners: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 6, maxLength: 6 }),
});
const proposalArbitrary = fc.record({
  table: fc.nat(),
  row: fc.nat(5),
  column: fc.nat(),
  /** 0: as it stands; 1: what stood there was something else; 2: a value that the column refuses. */
  how: fc.constantFrom(0, 0, 0, 1, 2),
  seed: fc.nat(5),
});
const worldArbitrary = fc.record({
  tables: fc.array(tableArbitrary, { minLength: 1, maxLength: 4 }),
  proposals: fc.array(proposalArbitrary, { minLength: 1, maxLength: 8 }),
});
type World = typeof worldArbitrary extends fc.Arbitrary<infer T> ? T : never;

const tableOf = (at: number, { name }: { name: string }) => `${name} ${at}`;

/** Its map, through the real parser, and its tables. */
function build({ tables }: World, schema: string): { system: System; ddl: string } {
  const own = (key: string, type: string, more = "") =>
    `{ name: ${key}, data_categories: [user.unique_id], trust: { type: ${type} }${more} }`;
  const collections = tables.map(
    (one, at) => `
      - name: ${JSON.stringify(tableOf(at, one))}
        trust: { category: collect.account, role: ${one.role}, scope: person, retention: account, erasure: delete }
        fields:
          - ${own("id", "integer", ", fides_meta: { primary_key: true }")}
          ${one.composite ? `- ${own("part", "text", ", fides_meta: { primary_key: true }")}` : ""}
          - { name: owner, data_categories: [user.unique_id], trust: { type: integer }, fides_meta: { references: [{ dataset: one, field: people.id, direction: from }] } }
${one.columns.map(({ type, correct }, c) => `          - { name: ${JSON.stringify(`c ${c}`)}, data_categories: [user.content], trust: { type: '${type}', correct: ${correct} } }`).join("\n")}`,
  );
  const [system] = parseMap(
    "one.yml",
    `
dataset:
  - fides_key: one
    fides_meta: { namespace: { schema: ${schema} } }
    trust: { connection: ONE_DATABASE_URL, person: { collection: people, id: id, email: email } }
    collections:
      - name: people
        trust: { category: collect.account, role: owner, scope: person, retention: account, erasure: delete }
        fields:
          - ${own("id", "integer", ", fides_meta: { primary_key: true }")}
          - { name: email, data_categories: [user.contact.email], fides_meta: { identity: email }, trust: { type: text } }${collections.join("")}`,
  );
  if (!system) throw new Error("a map without a system");
  const ddl = tables.map((one, at) => {
    const columns = one.columns.map(({ type }, c) => `${quoted(`c ${c}`)} ${type}`).join(", ");
    return `create table ${schema}.${quoted(tableOf(at, one))} (id integer, part text, owner integer, ${columns}, primary key (id, part))`;
  });
  return {
    system,
    ddl: `create schema ${schema}; create table ${schema}.people (id integer primary key, email text); ${ddl.join("; ")}`,
  };
}

async function dump(system: System): Promise<Map<string, string | null>> {
  const cells = new Map<string, string | null>();
  for (const { table, name } of system.collections) {
    const { rows } = await client.query(
      `select (select jsonb_object_agg(e.key, e.value) from jsonb_each_text(to_jsonb(t)) e) as row, ctid::text from ${tableName({ table })} t`,
    );
    for (const { row } of rows)
      for (const [column, value] of Object.entries(row as Record<string, string | null>))
        cells.set(JSON.stringify([name, String(row.id), column]), value);
  }
  return cells;
}

let run = 0;
const seen = new Set<string>();
it("L5: exactly the approved cells of the person's own rows change, and nothing else does", async () => {
  await fc.assert(
    fc.asyncProperty(worldArbitrary, async (world) => {
      const schema = `s${++run}`;
      const { system, ddl } = build(world, schema);
      await client.query(ddl);
      try {
        await client.query(`insert into ${schema}.people values (1, 'a@x'), (2, 'b@x'), (3, 'c@x')`);
        for (const [at, one] of world.tables.entries())
          for (let row = 0; row < 6; row++)
            await client.query(
              `insert into ${schema}.${quoted(tableOf(at, one))} values ($1, $2, $3, ${one.columns.map((_, c) => `$${c + 4}`).join(", ")})`,
              [row, "p", one.owners[row], ...one.columns.map(({ values }) => values[row])],
            );
        const before = await dump(system);
        const changes: Change[] = [];
        const expected: Record<string, string> = {};
        const after = new Map(before);
        for (const [at, proposal] of world.proposals.entries()) {
          const place = proposal.table % world.tables.length;
          const one = world.tables[place];
          if (!one) continue;
          const c = proposal.column % one.columns.length;
          const column = one.columns[c];
          if (!column) continue;
          const collection = tableOf(place, one);
          const cell = JSON.stringify([collection, String(proposal.row), `c ${c}`]);
          if (changes.some(({ id }) => id.startsWith(`${cell} `))) continue;
          const { rows } = await client.query(
            `select ${quoted(`c ${c}`)}::text as value from ${schema}.${quoted(collection)} where id = $1`,
            [proposal.row],
          );
          const stands: string | null = rows[0]?.value ?? null;
          const wanted = fc.sample(types[column.type], { numRuns: 1, seed: proposal.seed })[0] ?? "";
          const value = proposal.how === 2 && column.type !== "text" ? "far too long and of no type" : wanted;
          const old = proposal.how === 1 ? `${stands ?? ""}!` : stands;
          const id = `${cell} ${at}`;
          const key = one.composite ? [String(proposal.row), "p"] : [String(proposal.row)];
          changes.push({ id, collection, key, field: `c ${c}`, before: old, after: value, by: "staff" });
          const fits = proposal.how !== 2 || column.type === "text";
          expected[id] =
            column.correct === "never"
              ? "not-allowed"
              : one.owners[proposal.row] !== 1 || one.role !== "owner"
                ? "gone"
                : (column.type === "boolean" ? ({ t: "true", f: "false" }[String(stands)] ?? stands) : stands) === value
                  ? "already"
                  : proposal.how === 1
                    ? "changed"
                    : fits
                      ? "applied"
                      : "refused";
          if (expected[id] === "applied") after.set(cell, value);
        }
        const { outcomes } = await applyInSystem(
          url,
          {
            ...{ system, changes, identities: new Map(), held: async () => () => null },
            subject: { platformUserId: "1", platformCompanyId: null },
          },
          async () => {},
        );
        expect(outcomes).toEqual(expected);
        for (const one of Object.values(outcomes)) seen.add(one);
        expect(await dump(system)).toEqual(after);
        // What the map lets nobody correct stands on no page either.
        for (const collection of system.collections)
          for (const { name } of correctable(collection)) expect(["id", "part", "owner"]).not.toContain(name);
      } finally {
        await client.query(`drop schema ${schema} cascade`);
      }
    }),
    { numRuns: 60 },
  );
  expect([...seen].toSorted()).toEqual(["already", "applied", "changed", "gone", "not-allowed", "refused"]);
}, 180_000);

it("two at once on one value: one changes it, the other finds it changed", async () => {
  await client.query(
    "create schema two; create table two.people (id integer primary key, email text, nick text); insert into two.people values (1, 'a@x', 'old')",
  );
  const [system] = parseMap(
    "two.yml",
    `
dataset:
  - fides_key: two
    fides_meta: { namespace: { schema: two } }
    trust: { connection: ONE_DATABASE_URL, person: { collection: people, id: id, email: email } }
    collections:
      - name: people
        trust: { category: collect.account, role: owner, scope: person, retention: account, erasure: delete }
        fields:
          - { name: id, data_categories: [user.unique_id], fides_meta: { primary_key: true }, trust: { type: integer } }
          - { name: email, data_categories: [user.contact.email], trust: { type: text } }
          - { name: nick, data_categories: [user.name], trust: { type: text, correct: rule } }`,
  );
  if (!system) throw new Error("a map without a system");
  for (let round = 0; round < 8; round++) {
    await client.query("update two.people set nick = 'old'");
    const one = (id: string) =>
      applyInSystem(
        url,
        {
          ...{ system, identities: new Map(), held: async () => () => null },
          subject: { platformUserId: "1", platformCompanyId: null },
          changes: [{ id, collection: "people", key: ["1"], field: "nick", before: "old", after: id, by: "rule" }],
        },
        async () => {},
      );
    const done = await Promise.all(["a", "b", "c"].map(one));
    const outcomes = done.flatMap(({ outcomes: all }) => Object.values(all));
    expect(outcomes.toSorted()).toEqual(["applied", "changed", "changed"]);
  }
}, 60_000);
