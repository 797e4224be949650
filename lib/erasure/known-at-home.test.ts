import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { parseMap } from "../data-map/parse";
import type { DataMap, Scope } from "../data-map/types";
import { eraseSubject, inEachSystem, previewErasure } from "./erase-subject";
import { deleteManyInSystem, eraseInSystem } from "./run-system";

// A system that knows people by their addresses alone, and rows in it of several: whose an address is only the home system knows.

const open = strangerPerTest();
type Columns = Parameters<typeof collection>[2];
const id: Columns[string] = ["integer", { pk: true }];
const email: Columns[string] = ["text", { identity: "email" }];

const home = mapOf(
  {
    person: {
      ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "firm" },
      owner: { field: "boss", is: ["true"] },
    },
    company: { collection: "firms", id: "id", name: "name", closed: "closed" },
    ignore_schemas: [{ name: "crm", reason: "The other map's" }],
  },
  [
    collection("firms", { scope: "company" }, { id, name: "text", closed: "timestamptz" }),
    collection(
      "people",
      { scope: "both", company: "firm" },
      {
        ...{ id, firm: "integer", mail: ["text", { identity: "email", follow: true }] },
        ...{ closed: "timestamptz", boss: "boolean" },
      },
    ),
    // More addresses of theirs, in no company's copy.
    collection(
      "addresses",
      {},
      {
        ...{ id, person: ["integer", { refs: [from("people.id")] }] },
        mail: ["text", { identity: "email", enter: false, follow: true, none: ["unknown@x.example"] }],
      },
    ),
  ],
);
const crmRef = (direction: string) => ({ dataset: "theirs", field: "houses.id", direction });
const crm = mapOf(
  { ignore_schemas: [{ name: "public", reason: "The other map's" }] },
  [
    collection("calls", { scope: "both" }, { id, caller: email, called: email }),
    collection("notes", { scope: "both" }, { id, call: ["integer", { refs: [from("calls.id")] }], words: "text" }),
    collection("lists", { scope: "both" }, { id, mails: ["text[]", { identity: "email" }] }),
    collection("houses", {}, { id }),
    collection(
      "profiles",
      {},
      {
        id,
        mail: email,
        house: ["integer", { refs: [crmRef("to"), { ...crmRef("from"), trust: { role: "mentions" } }] }],
      },
    ),
    collection("seen", { scope: "both" }, { id, mail: email }),
  ],
  "crm",
).replaceAll('"theirs"', '"crm"');

/** Persons 1 and 2 are of firm 1, 3 of firm 2 and 4 of none; `other@` is of 4 as well. */
async function trial(more = ""): Promise<Opened> {
  const opened = await open({
    schema: `create table firms (id int primary key, name text, closed timestamptz); insert into firms values (1, 'one'), (2, 'two');
      create table people (id int primary key, firm int, mail text, closed timestamptz, boss boolean);
      insert into people values (1, 1, 'a@x.example', null, true), (2, 1, 'b@x.example', null, false), (3, 2, 'c@x.example', null, true), (4, null, 'd@x.example', null, false);
      create table addresses (id int primary key, person int, mail text);
      insert into addresses values (1, 1, 'mine@x.example'), (2, 4, 'Other@x.example'), (3, 4, 'unknown@x.example');
      create schema crm; create table crm.calls (id int primary key, caller text, called text not null);
      create table crm.notes (id int primary key, call int, words text);
      create table crm.houses (id int primary key); create table crm.profiles (id int primary key, mail text, house int);
      insert into crm.houses values (1), (2);
      insert into crm.profiles values (1, 'a@x.example', 1), (2, 'b@x.example', 1), (3, 'a@x.example', 2), (4, 'nobody@x.example', 2);
      create table crm.lists (id int primary key, mails text[]); create table crm.seen (id int primary key, mail text);
      insert into crm.calls values (1, 'a@x.example', 'B@x.example'), (2, 'C@x.example', 'a@x.example'), (3, 'a@x.example', 'other@x.example'),
        (4, 'a@x.example', 'nobody@x.example'), (5, 'a@x.example', 'unknown@x.example'), (6, 'A@x.example', '');
      insert into crm.notes values (1, 1, 'of 1 and 2'), (2, 4, 'of 1');
      insert into crm.lists values (1, '{a@x.example,b@x.example,nobody@x.example}'), (2, '{a@x.example,mine@x.example}'), (3, '{c@x.example,A@x.example}');
      insert into crm.seen values (1, 'a@x.example'), (2, 'c@x.example'); ${more}`,
    map: home,
  });
  const map: DataMap = { systems: [...opened.map.systems, ...parseMap("crm.yml", crm)] };
  expect(await checked(map)).toEqual([]);
  return { ...opened, map };
}

const orderOf = ({ map }: Opened, scope: Scope) => ({
  ...{ map, scope, subject: { platformUserId: "1", platformCompanyId: scope === "company" ? "1" : null } },
});
const left = async ({ client }: Opened) =>
  (await everything(client))
    .filter((row) => row.startsWith("crm."))
    .map((row) => row.replace(/erased-[^|]*/, "erased"));

const ofOne = [
  "crm.calls 1|~|B@x.example",
  "crm.calls 2|C@x.example|erased",
  "crm.calls 3|~|other@x.example",
  "crm.houses 1",
  "crm.lists 1|{b@x.example,nobody@x.example}",
  "crm.lists 3|{c@x.example}",
  "crm.notes 1|1|of 1 and 2",
  "crm.profiles 2|b@x.example|1",
  "crm.profiles 4|nobody@x.example|~",
  "crm.seen 2|c@x.example",
];
const ofFirm = [
  "crm.calls 2|C@x.example|erased",
  "crm.calls 3|~|other@x.example",
  "crm.houses 2",
  "crm.lists 3|{c@x.example}",
  "crm.profiles 4|nobody@x.example|2",
  "crm.seen 2|c@x.example",
];

it.each([
  ["person", ofOne],
  ["company", ofFirm],
] as const)(
  "a call with somebody else stays theirs, and one with nobody who is known goes (%s scope)",
  async (scope, rows) => {
    const system = await trial();
    const order = orderOf(system, scope);
    const foreseen = await previewErasure(order);
    expect(await eraseSubject(order)).toEqual(foreseen);
    expect(await left(system)).toEqual(rows);
  },
);

it("so it does however many there are, and no batch takes it", async () => {
  const system = await trial(
    `insert into crm.calls select n, 'a@x.example', 'somebody' || n || '@x.example' from generate_series(1001, 52000) n;
     insert into people select n, null, 'somebody' || n || '@x.example' from generate_series(1001, 52000) n where n % 10000 = 0;
     insert into crm.seen select n, 'a@x.example' from generate_series(1001, 2000) n;
     insert into crm.lists select n, '{a@x.example}' from generate_series(1001, 2000) n`,
  );
  let went = {};
  await inEachSystem(orderOf(system, "person"), async (url, one) => {
    const quiet = async () => ({ take: () => 1, stop: async () => {} });
    const batches = { least: 1000, size: 1000, before: {}, note: async () => {} };
    if (one.system.name === "crm") went = await deleteManyInSystem(url, one, batches, quiet);
    return eraseInSystem(url, one);
  });
  expect(went).toEqual({ seen: 1001 });
  const more = [1, 2, 3, 4, 5].map((n) => `crm.calls ${n}0000|~|somebody${n}0000@x.example`);
  expect(await left(system)).toEqual([...ofOne, ...more].sort());
});
