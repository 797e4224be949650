import type pg from "pg";
import { expect, it } from "vitest";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, dangling, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import type { Scope } from "../data-map/types";
import { eraseSubject, previewErasure } from "./erase-subject";
import { eraseInSystem } from "./run-system";

// Rooms that several people share, and what others keep in them: a link to what stays, since it is somebody else's too, stays as well.

const open = strangerPerTest();

type Rule = Parameters<typeof collection>[1];
type Fields = Parameters<typeof collection>[2];

const key: [string, { pk: true }] = ["integer", { pk: true }];
const ofPerson: Fields[string] = ["integer", { refs: [from("people.id")] }];
const inRoom: Fields[string] = ["integer", { refs: [from("rooms.id", { role: "mentions" })] }];

/** Persons 1 and 2 share room 7; room 8 is of 1 alone, room 9 of 2. */
const shared = `create table people (id int primary key, firm int, mail text, closed timestamptz, owner boolean);
  create table firms (id int primary key, name text, closed timestamptz);
  insert into firms values (1, 'one'), (2, 'two');
  insert into people values (1, 1, 'a@x.example', null, true), (2, 2, 'b@x.example', null, true);
  create table rooms (id int primary key);
  create table room_people (room int references rooms on delete cascade, person int references people on delete cascade, primary key (room, person));
  insert into rooms values (7), (8), (9);
  insert into room_people values (7, 1), (7, 2), (8, 1), (9, 2);`;

/** Some collections beside these rooms. */
function platform(...more: [string, Rule, Fields][]): string {
  const person = { collection: "people", id: "id", email: "mail", closed: "closed", company: "firm" };
  return mapOf(
    {
      person: { ...person, owner: { field: "owner", is: ["true"] } },
      company: { collection: "firms", id: "id", name: "name", closed: "closed" },
    },
    [
      collection("firms", { scope: "company" }, { id: key, name: "text", closed: "timestamptz" }),
      collection(
        "people",
        { scope: "both", company: "firm" },
        {
          ...{ id: key, firm: "integer", mail: ["text", { identity: "email", follow: true }] },
          ...{ closed: "timestamptz", owner: "boolean" },
        },
      ),
      collection("rooms", { scope: "both" }, { id: key }),
      collection(
        "room_people",
        { scope: "both" },
        {
          room: ["integer", { pk: true, refs: [to("rooms.id"), from("rooms.id", { role: "mentions" })] }],
          person: ["integer", { pk: true, refs: [from("people.id")] }],
        },
      ),
      ...more.map((one) => collection(...one)),
    ],
  );
}

async function trial(schema: string, map: string): Promise<Opened> {
  const opened = await open({ schema: `${shared} ${schema}`, map });
  expect(await checked(opened.map)).toEqual([]);
  return opened;
}

/** Erases a person or their company, as was foreseen, and gives what is left in some tables. */
async function erase({ map, client }: Opened, tables: string[], id = "1", scope: Scope = "person"): Promise<string[]> {
  const dangled = await dangling(client, map);
  const subject = { platformUserId: id, platformCompanyId: scope === "company" ? id : null };
  const foreseen = await previewErasure({ map, subject, scope });
  expect(await eraseSubject({ map, subject, scope })).toEqual(foreseen);
  expect(await dangling(client, map)).toEqual(dangled);
  return left(client, tables);
}

const left = async (client: pg.ClientBase, tables: string[]) =>
  (await everything(client)).filter((row) => tables.some((table) => row.startsWith(`public.${table} `)));

const rooms: Fields[string] = ["integer[]", { refs: [from("rooms.id", { role: "mentions" })] }];
const letters = `create table letters (id int primary key, room int references rooms on delete cascade, person int references people on delete set null, words text);
  insert into letters values (10, 7, 1, 'of 1'), (11, 7, 2, 'of 2'), (12, 8, 2, 'of 2, in a room of 1'), (13, 9, 2, 'of 2');`;
const letterFields: Fields = { id: key, room: inRoom, person: ofPerson, words: "text" };

it.each(["person", "company"] as const)(
  "somebody else's letter keeps the room that they share, and loses the one that goes (%s scope)",
  async (scope) => {
    const system = await trial(letters, platform(["letters", { scope: "both" }, letterFields]));
    expect(await erase(system, ["letters", "rooms", "room_people"], "1", scope)).toEqual([
      "public.letters 11|7|2|of 2",
      "public.letters 12|~|2|of 2, in a room of 1",
      "public.letters 13|9|2|of 2",
      "public.room_people 7|2",
      "public.room_people 9|2",
      "public.rooms 7",
      "public.rooms 9",
    ]);
    expect(await erase(system, ["letters", "rooms", "room_people"], "2", scope)).toEqual([]);
  },
);

it("of a list of rooms those stay that are somebody else's too, and out of the person's own row that stays all go", async () => {
  const system = await trial(
    `create table lists (id int primary key, rooms int[] not null, person int, words text);
     insert into lists values (1, '{9,7,8}', 2, 'of 2'), (2, '{7}', 2, 'of 2'), (3, '{7,8,9}', 1, 'of 1'), (4, '{7,9}', null, 'of nobody')`,
    platform([
      "lists",
      { erasure: { action: "anonymise", ground: "A law" } },
      {
        ...{ id: key, rooms, person: ofPerson, words: "text" },
      },
    ]),
  );
  expect(await erase(system, ["lists"])).toEqual([
    "public.lists 1|{9,7}|2|of 2",
    "public.lists 2|{7}|2|of 2",
    "public.lists 3|{9}|~|of 1",
    "public.lists 4|{7,9}|~|of nobody",
  ]);
});

it("a link that stays keeps whatever else lies under the same number", async () => {
  const system = await trial(
    `create table spots (id int primary key, person int, words text); insert into spots values (7, 1, 'of 1'), (8, 1, 'of 1');
     create table pins (id int primary key, place int references spots on delete cascade, person int); insert into pins values (1, 7, 2), (2, 8, 2)`,
    platform(
      ["spots", {}, { id: key, person: ofPerson, words: "text" }],
      ["pins", {}, { id: key, place: inRoom, person: ofPerson }],
    ),
  );
  expect(await erase(system, ["pins", "spots"])).toEqual([
    "public.pins 1|7|2",
    "public.pins 2|~|2",
    "public.spots 7|~|~",
  ]);
});

it("what is found by several columns, or in a table without a key, is told apart as well", async () => {
  const place = (column: string): Fields[string] => [
    "text",
    { refs: [from(`halls.${column}`, { role: "mentions", key: "hall" })] },
  ];
  const system = await trial(
    `create table halls (house text, no text, room int); insert into halls values ('a', '1', 7), ('a', '2', 8), ('b', '1', 9), ('b', '2', 7), ('b', '2', 8);
     create table notes (house text, no text, person int, words text);
     insert into notes values ('a', '1', 2, 'shared'), ('a', '2', 2, 'of 1'), ('b', '1', 2, 'of 2'), ('b', '2', 2, 'both'), ('a', '1', 2, 'shared')`,
    platform(
      ["halls", {}, { house: "text", no: "text", room: ["integer", { refs: [from("rooms.id")] }] }],
      ["notes", {}, { house: place("house"), no: place("no"), person: ofPerson, words: "text" }],
    ),
  );
  expect(await erase(system, ["notes"])).toEqual([
    "public.notes a|1|2|shared",
    "public.notes a|1|2|shared",
    "public.notes b|1|2|of 2",
    "public.notes ~|~|2|both",
    "public.notes ~|~|2|of 1",
  ]);
});

it("what is written meanwhile goes by the same rule, in another pass", async () => {
  const { map, client } = await trial(
    "create table lists (id int primary key, rooms int[], person int); insert into lists values (1, '{7}', 1)",
    platform(["lists", {}, { id: key, rooms, person: ofPerson }]),
  );
  const [system] = map.systems;
  if (!system) throw new Error("no system");
  let passes = 0;
  await eraseInSystem(
    system.eraser?.() ?? "",
    {
      ...{ system, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" as const },
      ...{ held: async () => () => null, identities: new Map(), lastingKey: "k", proven: false },
    },
    async () => {
      if (passes++ === 0) await client.query("insert into public.lists values (2, '{7,8}', 2), (3, '{7}', 1)");
    },
  );
  expect(passes).toBe(2);
  expect(await left(client, ["lists"])).toEqual(["public.lists 2|{7}|2"]);
});

it("a company's list of projects that stay with it loses them in company scope", async () => {
  const system = await trial(
    `create table projects (id int primary key, firm int); insert into projects values (5, 1), (6, 2);
     create table lists (id int primary key, projects int[], person int); insert into lists values (1, '{5,6}', 2)`,
    platform(
      [
        "projects",
        { scope: "company", company: "firm", erasure: { action: "keep", ground: "A law", until: "account" } },
        { id: key, firm: "integer" },
      ],
      [
        "lists",
        { scope: "both" },
        { id: key, projects: ["integer[]", { refs: [from("projects.id", { role: "mentions" })] }], person: ofPerson },
      ],
    ),
  );
  expect(await erase(system, ["lists"], "1", "company")).toEqual(["public.lists 1|{6}|2"]);
});

const address = (...refs: Record<string, unknown>[]): Fields[string] => ["integer", { refs }];
const [stays, freed] = ["public.profiles 5|~|3", "public.profiles 5|~|~"];
// What is known by the address alone claims it for nobody; and what the address makes the other's too is not the one's alone.
it.each([
  ["one way", address(to("addresses.id")), ["public.addresses 3|of 1 and nobody", stays], []],
  ["and back as a mention", address(to("addresses.id"), from("addresses.id", { role: "mentions" })), [freed], []],
  ["without a direction", address({ dataset: "theirs", field: "addresses.id" }), [], ["public.profiles 1|~|1"]],
])("an address that somebody else's profile leads to stays theirs, %s", async (_, field, nobodys, both) => {
  const system = await trial(
    `create table addresses (id int primary key, street text); insert into addresses values (1, 'of 1 and 2'), (2, 'of 1'), (3, 'of 1 and nobody');
     create table profiles (id int primary key, person int, address int);
     insert into profiles values (1, 1, 1), (2, 2, 1), (3, 1, 2), (4, 1, 3), (5, null, 3)`,
    platform(
      ["addresses", { scope: "both" }, { id: key, street: "text" }],
      ["profiles", { scope: "both" }, { id: key, person: ofPerson, address: field }],
    ),
  );
  const theirs = ["public.addresses 1|of 1 and 2", "public.profiles 2|2|1", ...both];
  expect(await erase(system, ["addresses", "profiles"])).toEqual([...theirs, ...nobodys].sort());
  expect(await erase(system, ["addresses", "profiles"], "2")).toEqual(nobodys);
});
