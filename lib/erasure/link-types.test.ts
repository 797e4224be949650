import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { draftMap } from "../data-map/draft";
import { eraseSubject } from "./erase-subject";

// Links between columns whose types the database compares in ways of their own: pairs.ts says how.

const open = strangerPerTest();
const id: [string, { pk: true }] = ["integer", { pk: true }];
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const people = collection("people", {}, { id, mail: "text", closed: "timestamptz" });
const start = `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'zebra'), (2, 'lasting');`;
const said = async (system: Opened) => [...(await checked(system.map)), ...(await checkedErasing(system))];
/** What is left of the first account's, by the engine. */
async function left({ map, client }: Opened, user = "1"): Promise<string[]> {
  await eraseSubject({ map, subject: { platformUserId: user, platformCompanyId: null }, scope: "person" });
  return everything(client);
}

describe("citext in a schema that is not searched", () => {
  const type = "extensions.citext";
  const who: [string, Record<string, unknown>] = [type, { refs: [from("people.name")] }];
  const keep = { retention: "work-orders", erasure: { action: "keep", ground: "Tax law", until: "work-orders" } };
  it.each<[string, string, unknown, unknown[]]>([
    [
      "rows are found in whatever letters",
      "create table posts (id int primary key, who extensions.citext); insert into posts values (1, 'zebra'), (2, 'ZEBRA'), (3, 'lasting')",
      collection("posts", {}, { id, who }),
      ["public.people Lasting|l|~", "public.posts 3|lasting"],
    ],
    [
      "a list loses the person's name",
      "create table rooms (id int primary key, names extensions.citext[]); insert into rooms values (1, '{ZEBRA,Lasting}')",
      collection("rooms", { role: "shared" }, { id, names: [`${type}[]`, { refs: [from("people.name")] }] }),
      ["public.people Lasting|l|~", "public.rooms 1|{Lasting}"],
    ],
    [
      "what is kept keeps the account's row, whatever its foreign key would do",
      "create table bills (id int primary key, who extensions.citext references people on delete cascade); insert into bills values (1, 'ZEBRA'), (2, 'lasting')",
      collection("bills", keep, { id, who }),
      [
        "public.bills 1|ZEBRA",
        "public.bills 2|lasting",
        "public.people Lasting|l|~",
        expect.stringMatching(/^public.people Zebra\|~\|2/),
      ],
    ],
  ])("%s", async (_, tables, more, after) => {
    const system = await open({
      schema: `create schema extensions; create extension citext schema extensions;
        create table people (name extensions.citext primary key, mail text, closed timestamptz); insert into people values ('Zebra', 'z'), ('Lasting', 'l'); ${tables}`,
      map: mapOf({ person: { ...person, id: "name" } }, [
        collection("people", {}, { name: [type, { pk: true }], mail: "text", closed: "timestamptz" }),
        more,
      ]),
    });
    expect(await said(system)).toEqual([]);
    expect(await left(system, "Zebra")).toEqual(after);
  });
});

it("a list that holds a null stops nobody's erasure beside intarray, whose operators refuse it", async () => {
  const system = await open({
    schema: `create extension intarray; ${start} create table rooms (id int primary key, members int[]); insert into rooms values (1, '{1,null,2}'), (2, '{null,2}')`,
    map: mapOf({ person }, [
      people,
      collection("rooms", { role: "shared" }, { id, members: ["integer[]", { refs: [from("people.id")] }] }),
    ]),
  });
  expect(await said(system)).toEqual([]);
  expect(await left(system)).toEqual([
    "public.people 2|lasting|~",
    "public.rooms 1|{NULL,2}",
    "public.rooms 2|{NULL,2}",
  ]);
});

describe("an inet beside words", () => {
  const hosts = (key: Record<string, unknown>, held: Record<string, unknown>) =>
    open({
      schema: `${start} create table hosts (ip inet primary key, who int); insert into hosts values ('10.0.0.1', 1), ('10.0.0.2', 2);
        create table hits (id int primary key, ip text); insert into hits select who, host(ip) from hosts`,
      map: mapOf({ person }, [
        people,
        collection(
          "hosts",
          {},
          { ip: ["inet", { pk: true, ...key }], who: ["integer", { refs: [from("people.id")] }] },
        ),
        collection("hits", {}, { id, ip: ["text", held] }),
      ]),
    });

  it("is read as it is printed, without a mask", async () => {
    const system = await hosts({}, { refs: [from("hosts.ip")] });
    expect(await said(system)).toEqual([]);
    expect((await left(system)).filter((row) => /hits/.test(row))).toEqual(["public.hits 2|10.0.0.2"]);
  });

  it("is no identity that they could meet, and the check names it", async () => {
    expect(await said(await hosts({ identity: "ip", follow: true }, { identity: "ip" }))).toEqual([
      expect.stringMatching(/^other type theirs: public\.hosts\.ip: .* no mask; .*host\(ip\)/),
    ]);
  });
});

describe("a domain", () => {
  const schema = `create extension citext; create domain person_id as bigint check (value > 0); create domain nick as citext;
    create table people (id person_id primary key, nick nick not null unique, mail text, closed timestamptz); insert into people values (1, 'Zebra', 'z'), (2, 'Lasting', 'l');
    create table posts (id int primary key, who text, nicks text[], also person_id); insert into posts values (1, '0000000001', null), (2, null, '{zEbra}'), (3, ' 2', '{lasting}')`;
  const map = (key: string, nick: string, also = key) =>
    mapOf({ person }, [
      collection("people", {}, { id: [key, { pk: true }], nick, mail: "text", closed: "timestamptz" }),
      collection(
        "posts",
        {},
        {
          ...{ id, who: ["text", { refs: [from("people.id")] }] },
          nicks: ["text[]", { refs: [from("people.nick")] }],
          also: [also, { refs: [from("people.id", { role: "mentions" })] }],
        },
      ),
    ]);

  it("is compared with other types by what it is made of, which the draft says and the check wants", async () => {
    const system = await open({ schema, map: map("bigint", "citext") });
    expect(await said(system)).toEqual([]);
    expect(await draftMap({ name: "theirs", url: () => system.url }, ["public"])).not.toMatch(
      /type: "?(person_id|nick)/,
    );
    expect(await left(system)).toEqual(["public.people 2|Lasting|l|~", "public.posts 3| 2|{lasting}|~"]);
    expect(await checked((await open({ schema, map: map("person_id", "nick") })).map)).toEqual([
      expect.stringMatching(/^other type theirs: public\.people\.id: .*`bigint`/),
      expect.stringMatching(/^other type theirs: public\.people\.nick: .*`citext`/),
    ]);
  });

  it("stands in lists of what it is made of, which lose it", async () => {
    const lists = { codes: "varchar(4)[]", days: "char(10)[]", ids: "bigint[]" };
    const system = await open({
      schema: `create domain person_id as bigint; create domain code as varchar(9); create domain day as char(10);
        create table people (id person_id primary key, code code unique, day day unique, mail text, closed timestamptz);
        insert into people values (1, 'zebra', 'monday', 'z'), (2, 'lasting', 'sunday', 'l'), (3, 'zebr', 'm', 'l');
        create table rooms (id int primary key, ${Object.entries(lists).map((one) => one.join(" "))});
        insert into rooms values (1, '{zebr}', '{sunday,monday}', '{2}'), (2, '{last}', '{m}', '{1,3}'), (3, '{zebr}', '{m}', '{}')`,
      map: mapOf({ person }, [
        collection(
          "people",
          {},
          { id: ["bigint", { pk: true }], code: "varchar(9)", day: "char(10)", mail: "text", closed: "timestamptz" },
        ),
        collection(
          "rooms",
          { role: "shared" },
          {
            id,
            codes: [lists.codes, { refs: [from("people.code")] }],
            days: [lists.days, { refs: [from("people.day")] }],
            ids: [lists.ids, { refs: [from("people.id")] }],
          },
        ),
      ]),
    });
    expect(await said(system)).toEqual([]);
    expect((await left(system)).filter((row) => /rooms/.test(row))).toEqual([
      'public.rooms 1|{zebr}|{"sunday    "}|{2}',
      'public.rooms 2|{last}|{"m         "}|{3}',
      'public.rooms 3|{zebr}|{"m         "}|{}',
    ]);
  });
});
