import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, dangling, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// Rows that others know by a column which may change: a link, a handle, what a generated key is made of.

const open = strangerPerTest();
const id: [string, { pk: true }] = ["integer", { pk: true }];
const who: [string, { refs: Record<string, unknown>[] }] = ["integer", { refs: [from("people.id")] }];
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const people = collection("people", {}, { id, mail: "text", closed: "timestamptz" });
const start = `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'zebra'), (2, 'lasting');`;
const to = (key: string) =>
  ["integer", { refs: [from(key, { role: "mentions" })] }] as [string, { refs: Record<string, unknown>[] }];

async function erased({ map, url, client }: Opened): Promise<string[]> {
  expect([...(await checked(map)), ...(await checkedErasing({ map, url }))]).toEqual([]);
  await eraseSubject({ map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
  expect((await dangling(client, map)).filter((one) => !one.endsWith(": 0"))).toEqual([]);
  return (await everything(client)).map((row) => row.replace(/erased-\w+/, "erased").replace(/2\d{3}-.*/, "closed"));
}

describe.each([
  ["the map alone knows of", ["", ""]],
  ["are foreign keys", ["references people", "references profiles (person)"]],
] as const)("a link by which others know its row, where the links %s,", (_, [up, down]) => {
  const trial = (rule: Record<string, unknown>, follows: string) =>
    open({
      schema: `${start} create table profiles (id int primary key, person int unique ${up}, bio text); create table follows (id int primary key, who int, profile int not null ${down});
        insert into profiles values (10, 1, 'zebra'), (20, 2, 'lasting'); insert into follows values ${follows}`,
      map: mapOf({ person }, [
        people,
        collection("profiles", rule, { id, person: who, bio: ["text", { erasure: "clear" }] }),
        collection("follows", {}, { id, who, profile: to("profiles.person") }),
      ]),
    });
  const theirs = ["public.people 2|lasting|~", "public.profiles 20|2|lasting"];

  it.each([
    ["deleted", {}, "~"],
    ["made anonymous", { erasure: "anonymise" }, "~"],
    ["shared", { role: "shared" }, "zebra"],
  ])("stays, and what it leads to, where the row is %s and somebody follows it", async (_how, rule, bio) => {
    expect(await erased(await trial(rule, "(1, 2, 1), (2, 1, 2)"))).toEqual([
      "public.follows 1|2|1",
      "public.people 1|~|closed",
      theirs[0],
      `public.profiles 10|1|${bio}`,
      theirs[1],
    ]);
  });

  it.each([
    ["deleted", {}, []],
    ["made anonymous", { erasure: "anonymise" }, ["public.profiles 10|~|~"]],
    ["shared", { role: "shared" }, ["public.profiles 10|~|zebra"]],
  ])("goes where the row is %s and only what goes itself follows it", async (_how, rule, profile) => {
    expect(await erased(await trial(rule, "(1, 1, 1), (2, 1, 2)"))).toEqual([theirs[0], ...profile, theirs[1]]);
  });
});

it("a handle of a collation of its own is known in its letters as well", async () => {
  const letters = `collate "und-x-icu"`;
  const system = await open({
    schema: `create table people (id int primary key, handle text ${letters} not null unique, mail text, closed timestamptz); insert into people values (1, 'zebra', 'z'), (2, 'lasting', 'l');
      create table letters (id int primary key, who int, addressee text ${letters} not null); insert into letters values (1, 2, 'zebra')`,
    map: mapOf({ person }, [
      collection(
        "people",
        { erasure: "anonymise" },
        { id, handle: ["text", { erasure: "token" }], mail: ["text", { erasure: "clear" }], closed: "timestamptz" },
      ),
      collection(
        "letters",
        {},
        { id, who, addressee: ["text", { refs: [from("people.handle", { role: "mentions" })] }] },
      ),
    ]),
  });
  expect(await erased(system)).toContain("public.letters 1|2|zebra");
});

it.each([
  ["made anonymous", { erasure: "anonymise" }, ""],
  ["kept", { retention: "work-orders", erasure: { action: "keep", ground: "Tax law", until: "work-orders" } }, ""],
  ["made anonymous, with a foreign key", { erasure: "anonymise" }, "references people (handle)"],
])("a handle stays for as long as others write to it, where the row is %s", async (_, rule, key) => {
  const trial = (letters: string) =>
    open({
      schema: `create table people (id int primary key, handle text not null unique, mail text, closed timestamptz); insert into people values (1, 'zebra', 'z'), (2, 'lasting', 'l');
        create table letters (id int primary key, who int, addressee text not null ${key}); insert into letters values ${letters}`,
      map: mapOf({ person }, [
        collection("people", rule, {
          ...{
            id,
            handle: ["text", { erasure: "token" }],
            mail: ["text", { erasure: "clear" }],
            closed: "timestamptz",
          },
        }),
        collection(
          "letters",
          {},
          { id, who, addressee: ["text", { refs: [from("people.handle", { role: "mentions" })] }] },
        ),
      ]),
    });
  const lasting = "public.people 2|lasting|l|~";
  expect(await erased(await trial("(1, 2, 'zebra'), (2, 1, 'lasting')"))).toEqual([
    ...["public.letters 1|2|zebra", "public.people 1|zebra|~|closed", lasting],
  ]);
  expect(await erased(await trial("(1, 1, 'zebra')"))).toEqual(["public.people 1|erased|~|closed", lasting]);
});

it("an emptied row is known by what it was to rows that stay, and not to those that go", async () => {
  const trial = (answers: string) =>
    open({
      schema: `${start} create table notes (id int primary key, slug text not null unique, parent text references notes (slug), who int);
        create table stars (id int primary key, note int not null references notes, who int);
        insert into notes values (1, 'zebra', null, 1), ${answers}; insert into stars values (1, 1, 2)`,
      map: mapOf({ person }, [
        people,
        collection(
          "notes",
          {},
          {
            ...{
              id,
              slug: "text",
              who,
              parent: ["text", { erasure: "keep", refs: [from("notes.slug", { role: "mentions" })] }],
            },
          },
        ),
        collection("stars", {}, { id, note: to("notes.id"), who }),
      ]),
    });
  const rest = ["public.people 2|lasting|~", "public.stars 1|1|2"];
  expect(await erased(await trial("(2, 'zebra two', 'zebra', 1)"))).toEqual(["public.notes 1|erased|~|~", ...rest]);
  expect(await erased(await trial("(2, 'lasting', 'zebra', 2)"))).toEqual([
    ...["public.notes 1|zebra|~|~", "public.notes 2|lasting|zebra|2", ...rest],
  ]);
});

it("a link of several columns stays whole where others know the row by a part of it", async () => {
  const all = (table: string, columns: readonly string[], key: string) =>
    Object.fromEntries(
      columns.map((one) => [one, ["integer", { refs: [from(`${table}.${one}`, { key, role: "mentions" })] }]]),
    ) as Record<string, [string, { refs: Record<string, unknown>[] }]>;
  const pk: [string, { pk: true }] = ["integer", { pk: true }];
  const trial = await open({
    schema: `${start} create table customers (tenant int, no int, who int, primary key (tenant, no)); create table lines (id int primary key, tenant int not null, no int not null, seq int not null, who int);
      create table orders (id int primary key, tenant int not null, no int, seq int not null, who int, unique (tenant, no, seq));
      insert into customers values (1, 5, 1); insert into orders values (1, 1, 5, 1, 1); insert into lines values (1, 1, 5, 1, 2)`,
    map: mapOf({ person }, [
      people,
      collection("customers", {}, { tenant: pk, no: pk, who }),
      collection("orders", {}, { id, ...all("customers", ["tenant", "no"], "c"), seq: "integer", who }),
      collection("lines", {}, { id, ...all("orders", ["tenant", "no", "seq"], "o"), who }),
    ]),
  });
  expect(await erased(trial)).toEqual([
    "public.customers 1|5|~",
    "public.lines 1|1|5|1|2",
    "public.orders 1|1|5|1|~",
    "public.people 2|lasting|~",
  ]);
});

describe("what a generated column is made of", () => {
  it.each([
    ["that no foreign key leads to", "no int not null", "text"],
    ["that a foreign key leads to", "no int not null", "text references orders on update cascade"],
    ["of what may be empty", "no int", "text"],
  ])("stays where that is a key %s", async (_, no, link) => {
    const trial = await open({
      schema: `${start} create table orders (${no}, code text generated always as ('A' || no) stored primary key, who int, words text); create table notes (id int primary key, code ${link} not null, who int);
        insert into orders (no, who, words) values (1, 1, 'zebra'), (2, 2, 'lasting'); insert into notes values (1, 'A1', 2), (2, 'A2', 1)`,
      map: mapOf({ person }, [
        people,
        collection("orders", {}, { no: "integer", code: ["text", { pk: true, correct: "never" }], who, words: "text" }),
        collection("notes", {}, { id, code: ["text", { refs: [from("orders.code", { role: "mentions" })] }], who }),
      ]),
    });
    expect(await erased(trial)).toEqual([
      ...["public.notes 1|A1|2", "public.orders 1|A1|~|~", "public.orders 2|A2|2|lasting", "public.people 2|lasting|~"],
    ]);
  });

  it("stays where others know the row by it, also where it is a link, and changes elsewhere", async () => {
    const slug: [string, Record<string, unknown>] = ["text", { correct: "never" }];
    const trial = await open({
      schema: `${start} create table chats (title text not null, a int, b int, slug text generated always as (lower(title) || coalesce(a, 0) || ':' || coalesce(b, 0)) stored unique);
        create table lines (id int primary key, slug text not null, who int);
        insert into chats (title, a, b) values ('T', 1, 2), ('U', 1, 2), ('V', 1, null), ('Zebra', 1, null); insert into lines values (1, 't1:2', 2), (2, 't1:2', 1), (3, 'u1:2', 1), (4, 'v1:0', 2)`,
      map: mapOf({ person }, [
        people,
        collection("chats", {}, { title: "text", a: who, b: who, slug }),
        collection("lines", {}, { id, slug: ["text", { refs: [from("chats.slug", { role: "mentions" })] }], who }),
      ]),
    });
    expect(await erased(trial)).toEqual([
      ...["public.chats T|1|2|t1:2", "public.chats U|~|2|u0:2", "public.chats V|1|~|v1:0"],
      ...["public.lines 1|t1:2|2", "public.lines 4|v1:0|2", "public.people 1|~|closed", "public.people 2|lasting|~"],
    ]);
  });
});
