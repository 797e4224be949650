import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, previewErasure } from "./erase-subject";

// What the engine makes of values keeps to what checks and exclusion constraints of the columns ask, as far as these can be asked.

const open = strangerPerTest();
const subject = { platformUserId: "1", platformCompanyId: null };
const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
type Fields = Parameters<typeof collection>[2];
const id: Fields[string] = ["integer", { pk: true }];
const people = collection("people", {}, { id, mail: "text", closed: "timestamptz" });
const bills = collection(
  "bills",
  { erasure: keep },
  {
    id,
    holder: ["integer", { refs: [from("holders.id", { role: "mentions" })] }],
    payer: ["integer", { refs: [from("people.id")] }],
  },
);

/** Two rows of one person, pointed at by bills that stay, and one of somebody else; all have the columns that a test gives. */
async function trial(columns: string, values: string[], fields: Fields, rule = {}): Promise<Opened> {
  const rows = values.map((one, at) => `(${at + 1}, ${at < 2 ? 1 : 2}, ${one})`);
  const system = await open({
    schema: `create extension btree_gist; create extension citext;
      create domain short as text check (length(value) <= 11); create domain times as daterange check (not isempty(value));
      create domain positive as int check (value > 0); create domain phone as numeric(6);
      create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example');
      create table holders (id int primary key, person int references people, ${columns}); insert into holders values ${rows.join(", ")};
      create table bills (id int primary key, holder int not null references holders, payer int references people);
      insert into bills values (1, 1, 1), (2, 2, 1), (3, 3, 2);`,
    map: mapOf({ person }, [
      people,
      collection("holders", rule, { id, person: ["integer", { refs: [from("people.id")] }], ...fields }),
      bills,
    ]),
  });
  expect(await checked(system.map)).toEqual([]);
  return system;
}
const erase = async ({ map }: Opened) => {
  const previewed = await previewErasure({ map, subject, scope: "person" });
  expect(await eraseSubject({ map, subject, scope: "person" })).toMatchObject(
    previewed.map(({ fates }) => ({ fates })),
  );
};
/** What stands in the columns of the test, by row. */
const left = async ({ client }: Opened) =>
  (await everything(client)).filter((row) => /holders/.test(row)).map((row) => row.split("|").slice(2).join("|"));

describe("ranges that may not overlap", () => {
  const slots = ["7, '[2026-03-01,2026-03-05)'", "7, '[2026-03-05,2026-03-09)'", "7, '[2026-04-01,2026-04-02)'"];
  const fields = (rule?: unknown): Fields => ({
    room: "integer",
    during: ["daterange", rule ? { erasure: rule } : {}],
  });
  const exclude = (more = "") =>
    `room int not null, during daterange not null, exclude using gist (room with =, during with &&)${more}`;

  it.each([
    ["in all rows", exclude()],
    ["in some rows", exclude(" where (upper(during) > '2000-01-01' and room > 0)")],
  ])("become empty in a row that is emptied, which overlaps nothing: %s", async (_, columns) => {
    const system = await trial(columns, slots, fields());
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system);
    expect(await left(system)).toEqual([
      expect.stringMatching(/^\d+\|empty$/),
      expect.stringMatching(/^\d+\|empty$/),
      "7|[2026-04-01,2026-04-02)",
    ]);
  });

  it("of several parts become none", async () => {
    const system = await trial(
      "during datemultirange not null, exclude using gist (during with &&)",
      ["'{[2026-03-01,2026-03-05)}'", "'{[2026-03-05,2026-03-09)}'", "'{[2026-04-01,2026-04-02)}'"],
      { during: "datemultirange" },
    );
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system);
    expect(await left(system)).toEqual(["{}", "{}", "{[2026-04-01,2026-04-02)}"]);
  });

  it("become empty where the map fixes them so; another range that it fixes is named by the check", async () => {
    const system = await trial(exclude(), slots, fields({ fixed: "empty" }), { erasure: "anonymise" });
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system);
    expect(await left(system)).toEqual(["7|empty", "7|empty", "7|[2026-04-01,2026-04-02)"]);
    const other = await trial(exclude(), slots, fields({ fixed: "[2026-01-01,2026-01-02)" }), { erasure: "anonymise" });
    expect(await checkedErasing(other)).toEqual([
      expect.stringMatching(/^theirs\.holders\.during: .*two rows alike.*`{ fixed: empty }` overlaps nothing, `keep`/),
    ]);
  });

  it.each([
    ["a check wants a time", exclude(", check (not isempty(during))")],
    ["a domain wants a time", exclude().replace("daterange", "times")],
    [
      "a key over periods wants a time",
      "room int not null, during daterange not null, unique (room, during without overlaps)",
    ],
  ])("stay where they cannot be empty, and the check names them: %s", async (_, columns) => {
    const type = columns.includes("times") ? "times" : "daterange";
    const system = await trial(columns, slots, { room: "integer", during: type });
    expect(await checkedErasing(system)).toEqual([
      expect.stringMatching(/^theirs\.holders\.during: stays .*`erasure`/),
    ]);
    await erase(system);
    expect((await left(system)).map((row) => row.split("|")[1])).toEqual([
      "[2026-03-01,2026-03-05)",
      "[2026-03-05,2026-03-09)",
      "[2026-04-01,2026-04-02)",
    ]);
  });
});

describe("words that a check confines", () => {
  const codes = ["'ZEBRA-1'", "'ZEBRA-2'", "'LASTING'"];
  const made = (form: RegExp) => [expect.stringMatching(form), expect.stringMatching(form), "LASTING"];

  it.each<[string, string, RegExp]>([
    ["a greatest length", "text not null unique check (length(code) <= 12)", /^[0-9a-f]{12}$/],
    [
      "a greatest length, and one of the type",
      "varchar(10) not null unique check (length(code) < 13)",
      /^[0-9a-f]{10}$/,
    ],
    ["a length of its own", "text not null unique check (code <> '' and char_length(code) in (7, 8))", /^[0-9a-f]{8}$/],
    ["room for the whole form", "text not null unique check (length(code) between 3 and 28)", /^erased-[0-9a-f]{21}$/],
    ["letters and digits", "citext not null unique check (code ~ '^[a-z0-9-]{1,9}$')", /^[0-9a-f]{9}$/],
    ["two checks", "text not null unique check (length(code) <= 20) check (octet_length(code) <= 9)", /^[0-9a-f]{9}$/],
    ["a domain", "short not null unique", /^[0-9a-f]{11}$/],
    ["a padded type", "char(8) not null unique check (length(code) >= 2)", /^[0-9a-f]{8}$/],
  ])("become tokens that fit: %s", async (_, column, form) => {
    const type = /^(varchar\(\d+\)|char\(\d+\)|\w+)/.exec(column)?.[0] ?? "";
    const system = await trial(`code ${column}`, codes, { code: type });
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system);
    expect(await left(system)).toEqual(made(form));
  });

  it.each<[string, unknown, string, RegExp]>([
    [
      "words of the map",
      { token: "K-{}" },
      "check (code ~ '^[A-Z]+-[0-9a-f]{1,8}$' or code = 'LASTING')",
      /^K-[0-9a-f]{8}$/,
    ],
    ["a token", "token", "check (length(code) <= 12)", /^[0-9a-f]{12}$/],
  ])("become what the map says, as long as they may be: %s", async (_, rule, check, form) => {
    const system = await trial(
      `code text not null unique ${check}`,
      codes,
      { code: ["text", { erasure: rule }] },
      { erasure: "anonymise" },
    );
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system);
    expect(await left(system)).toEqual(made(form));
  });

  it.each<[string, unknown, string]>([
    ["emptied, where no token fits", undefined, "check (code = upper(code))"],
    ["emptied, where words are asked for a number", undefined, "check (code like '%I%' or code::int > 0)"],
    ["made a token that does not fit", "token", "check (code ~ '^[A-Z0-9-]+$')"],
    ["made words of the map that do not fit", { token: "k-{}" }, "check (code ~ '^[A-Z]')"],
    ["made words of the map that have no room", { token: "customer-{}" }, "check (length(code) <= 9)"],
  ])("are named by the check when they would be %s", async (_, rule, check) => {
    const system = await trial(`code text not null unique ${check}`, ["'I1'", "'I2'", "'LASTING'"], {
      code: rule ? ["text", { erasure: rule }] : "text",
    });
    const before = await everything(system.client);
    expect(await checkedErasing(system)).toEqual([
      expect.stringMatching(/^theirs\.holders\.code: .*holders_code_check.*`erasure/),
    ]);
    await expect(erase(system)).rejects.toThrow(/check constraint|^A value in theirs \(holders\) is not of the form/);
    expect(await everything(system.client)).toEqual(before);
  });

  it.each(["value", "digits", 'Naïve "name"'])("become tokens that fit in a column called %s", async (name) => {
    const column = `"${name.replaceAll('"', '""')}"`;
    const columns = `${column} text not null unique check (length(${column}) <= 12)`;
    const system = await trial(columns, codes, { [name]: "text" });
    await erase(system);
    expect(await left(system)).toEqual(made(/^[0-9a-f]{12}$/));
  });

  it("are taken to fit where a check speaks of what the login may not look at", async () => {
    const system = await trial("code text not null", codes, { code: "text" });
    const { client, name } = system;
    const role = `eraser_${name}`.slice(0, 60);
    await client.query(
      `create schema aside; create function aside.plain(t text) returns text immutable language sql as $$ select lower(t) $$; create domain public.word as text check (aside.plain(value) <> 'no');
       alter table public.holders alter code type public.word; create role ${role} login password 'x'; grant select, update, delete on all tables in schema public to ${role}; grant temporary on database ${name} to ${role}`,
    );
    try {
      const url = Object.assign(new URL(system.url), { username: role, password: "x" }).toString();
      process.env.STRANGER_DATABASE_URL = url;
      expect(await checkedErasing({ ...system, url })).toEqual([]);
      await erase(system);
      expect(await left(system)).toEqual(made(/^erased-[0-9a-f]{24}$/));
    } finally {
      await client.query(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it("are asked nothing of where they may be empty", async () => {
    const system = await trial("code text unique check (code = upper(code))", codes, { code: "text" });
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system);
    expect(await left(system)).toEqual(["~", "~", "LASTING"]);
  });
});

describe("numbers and others that a check or a type confines", () => {
  it.each<[string, string, string[], string, string]>([
    ["a number that is not zero", "int not null check (v > 0)", ["7", "8", "9"], "integer", "1"],
    ["a domain of such", "positive not null", ["7", "8", "9"], "positive", "1"],
    ["a number that may be", "numeric not null check (v >= 0)", ["7", "8", "9"], "numeric", "0"],
    ["only yes", "boolean not null check (v)", ["true", "true", "true"], "boolean", "true"],
    ["a list", "jsonb not null check (jsonb_typeof(v) = 'array')", ["'[1]'", "'[2]'", "'[3]'"], "jsonb", "[]"],
  ])("become the plainest value that is taken in an emptied row: %s", async (_, column, values, type, plain) => {
    const system = await trial(`v ${column}`, values, { v: type });
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system);
    expect((await left(system)).slice(0, 2)).toEqual([plain, plain]);
  });

  it("stay where no plain one is taken, and the check names them", async () => {
    const system = await trial("v int not null check (v > 17)", ["18", "19", "20"], { v: "integer" });
    expect(await checkedErasing(system)).toEqual([
      expect.stringMatching(/^theirs\.holders\.v: stays .* its checks take no plain value/),
    ]);
    await erase(system);
    expect(await left(system)).toEqual(["18", "19", "20"]);
  });

  const anonymise = { erasure: "anonymise" };
  it.each<[string, string, unknown, string[], string | RegExp]>([
    ["a token in a domain", "phone", "token", ["123456", "234567", "345678"], /^\d{1,6}$/],
    ["a round number", "numeric(3,1)", { round: 0 }, ["99.9", "-99.9", "1"], /^-?99\.0$/],
    ["one rounded to hundreds", "smallint", { round: -2 }, ["32767", "32767", "1"], "32700"],
    ["one that is rounded up", "numeric(3,1)", { round: 0 }, ["98.9", "98.9", "1"], "99.0"],
  ])("fit where the map changes them: %s", async (_, type, rule, values, made) => {
    const system = await trial(`v ${type}`, values, { v: [type, { erasure: rule }] }, anonymise);
    expect(await checkedErasing(system)).toEqual([]);
    await erase(system);
    const expected = expect.stringMatching(typeof made === "string" ? `^${made}$` : made);
    expect((await left(system)).slice(0, 2)).toEqual([expected, expected]);
  });
});

describe("a check between columns", () => {
  const link = (field: string, more = {}): Fields[string] => [
    "integer",
    { refs: [from(field, { role: "mentions" })], ...more },
  ];
  const trial = (check: string, more = {}) =>
    open({
      schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'zebra'), (2, 'lasting');
        create table posts (id int primary key, person int); insert into posts values (1, 1), (2, 2);
        create table likes (id int primary key, person int, post int, page int, at date, constraint wanted check (${check})); insert into likes values (1, 2, 1, null, null), (2, 2, null, 7, null)`,
      map: mapOf({ person }, [
        people,
        collection("posts", {}, { id, person: ["integer", { refs: [from("people.id")] }] }),
        collection(
          "likes",
          {},
          {
            ...{ id, person: ["integer", { refs: [from("people.id")] }] as Fields[string] },
            ...{ post: link("posts.id", more), page: "integer", at: "date" },
          },
        ),
      ]),
    });

  it.each(["num_nonnulls(post, page) = 1", "post is not null or page is not null", "(post is null) <> (page is null)"])(
    "that wants one of several links keeps what the link leads to, emptied, whether or not the map keeps it: %s",
    async (check) => {
      for (const more of [{}, { erasure: "keep" }]) {
        const system = await trial(check, more);
        expect(await checkedErasing(system)).toEqual([]);
        await eraseSubject({ map: system.map, subject, scope: "person" });
        expect(await everything(system.client)).toEqual(
          ["likes 1|2|1|~|~", "likes 2|2|~|7|~", "people 2|lasting|~", "posts 1|~", "posts 2|2"].map(
            (row) => `public.${row}`,
          ),
        );
      }
    },
  );

  it("that takes rows without a link is nothing to say", async () => {
    expect(await checkedErasing(await trial("post is null or at is null or page is null"))).toEqual([]);
  });

  it.each([
    ["emptied", {}],
    ["made anonymous", { erasure: "anonymise" }],
    ["kept", { erasure: keep }],
  ])("that wants a state beside the closing time finds both in an account that is %s", async (_, rule) => {
    const state = { erasure: { fixed: "gone" } };
    const system = await open({
      schema: `create table people (id int primary key, mail text, closed timestamptz, state text not null, constraint told check ((state = 'gone') = (closed is not null)));
          insert into people values (1, 'zebra', null, 'here'), (2, 'lasting', null, 'here'); create table bills (id int primary key, person int); insert into bills values (1, 1)`,
      map: mapOf({ person }, [
        collection("people", rule, {
          id,
          mail: ["text", { erasure: "clear" }],
          closed: "timestamptz",
          state: ["text", state],
        }),
        collection("bills", { erasure: keep }, { id, person: ["integer", { refs: [from("people.id")] }] }),
      ]),
    });
    expect(await checkedErasing(system)).toEqual([]);
    await eraseSubject({ map: system.map, subject, scope: "person" });
    expect(await everything(system.client)).toEqual([
      "public.bills 1|1",
      expect.stringMatching(/^public\.people 1\|~\|2\d{3}-.*\|gone$/),
      "public.people 2|lasting|~|here",
    ]);
  });
});
