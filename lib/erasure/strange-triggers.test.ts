import { describe, expect, it } from "vitest";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, previewErasure } from "./erase-subject";

// Triggers and foreign keys of a platform that count, tidy up and write while rows go: nobody else's row may go with them.

const open = strangerPerTest();

const trial = (schema: string, map = chat): Promise<Opened> => open({ schema, map });
const order = ({ map }: Opened) => ({
  ...{ map, scope: "person" as const },
  subject: { platformUserId: "1", platformCompanyId: null },
});

const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const people = collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: "timestamptz" });
const rooms = collection("rooms", {}, { id: ["integer", { pk: true }], n: "integer" });
const inRoom = from("rooms.id", { role: "mentions" });
const members = collection(
  "room_people",
  {},
  {
    room: ["integer", { pk: true, refs: [to("rooms.id"), inRoom] }],
    person: ["integer", { pk: true, refs: [from("people.id")] }],
  },
);
const letters = collection(
  "letters",
  {},
  {
    id: ["integer", { pk: true }],
    room: ["integer", { refs: [inRoom] }],
    person: ["integer", { refs: [from("people.id")] }],
    words: "text",
  },
);
const chat = mapOf({ person }, [people, rooms, members, letters]);

/** Two people in a room, each with a letter. */
const shared = (key = "primary key", refs = "references rooms on delete cascade") => `
  create table people (id int primary key, mail text, closed timestamptz);
  create table rooms (id int ${key}, n int not null default 0);
  create table room_people (room int ${refs}, person int references people on delete cascade, primary key (room, person));
  create table letters (id int primary key, room int not null ${refs}, person int references people on delete set null, words text);
  insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example'); insert into rooms values (7, 2);
  insert into room_people values (7, 1), (7, 2); insert into letters values (10, 7, 1, 'zebra'), (11, 7, 2, 'lasting');`;
const trigger = (body: string, when = "create trigger acts after delete on letters for each row") =>
  `create function acts() returns trigger language plpgsql as $$ begin ${body} return null; end $$; ${when} execute function acts();`;

describe("a counter that a trigger keeps", () => {
  it("moves a row of several people's, and it stays all the same", async () => {
    const system = await trial(shared() + trigger("update rooms set n = n - 1 where id = old.room;"));
    expect(await checked(system.map)).toEqual([]);
    const foreseen = await previewErasure(order(system));
    expect(await eraseSubject(order(system))).toEqual(foreseen);
    // A link that cannot be cut was cut nowhere: the other one's rows are only as they were.
    expect(
      foreseen[0]?.fates.map(({ collection, deleted, unlinked, kept }) => [collection, deleted, unlinked, kept]),
    ).toEqual([
      ["people", 1, 0, 0],
      ["rooms", 0, 0, 1],
      ["room_people", 1, 0, 1],
      ["letters", 1, 0, 1],
    ]);
    expect(await everything(system.client)).toEqual([
      "public.letters 11|7|2|lasting",
      "public.people 2|lasting@x.example|~",
      "public.room_people 7|2",
      "public.rooms 7|1",
    ]);
  });

  it("in a table without a key ends the run: which row was which cannot be told", async () => {
    const system = await trial(
      shared("", "") + trigger("update rooms set n = n - 1 where id = old.room;"),
      mapOf({ person }, [people, members, letters, rooms]),
    );
    await refused(system, /rooms: 1 rows? more went than the 0 that were to go.*primary key/s);
  });
});

async function refused(system: Opened, words: RegExp) {
  const before = await everything(system.client);
  await expect(eraseSubject(order(system))).rejects.toThrow(words);
  expect(await everything(system.client)).toEqual(before);
}

describe("rows that the platform itself takes along", () => {
  it.each<[string, string, RegExp]>([
    ["by a trigger", trigger("delete from letters where room = old.room;"), /letters: 1 row more went than the 1/],
    [
      "by a trigger that waits for the end",
      trigger(
        "delete from letters where room = old.room;",
        "create constraint trigger acts after delete on letters deferrable initially deferred for each row",
      ),
      /letters: 1 row more went than the 1/,
    ],
    [
      "by a rule",
      "create rule acts as on delete to room_people do also delete from letters where room = old.room",
      /letters: 1 row more went than the 1/,
    ],
    [
      "by a cascade that a trigger began",
      `create table corridors (id int primary key); insert into corridors values (1);
       alter table letters add corridor int default 1 references corridors on delete cascade;
       ${trigger("delete from corridors;")}`,
      /letters: 1 row more went than the 1/,
    ],
    [
      "by a truncation",
      trigger("truncate letters;", "create trigger acts after delete on room_people for each row"),
      /letters: the table was truncated/,
    ],
    [
      "while a trigger writes as many",
      trigger(
        "insert into rooms values (8); update room_people set room = 8; update letters set room = 8; delete from rooms where id = 7;",
      ),
      /rooms: 1 row that has to stay is gone/,
    ],
  ])("%s end the run whole", async (_, schema, words) => {
    const map = schema.includes("corridors")
      ? mapOf({ person }, [
          ...[people, rooms, members],
          { ...letters, fields: [...letters.fields, { name: "corridor", trust: { type: "integer" } }] },
          collection("corridors", { scope: "none", ground: "Ways" }, { id: "integer" }),
        ])
      : chat;
    await refused(await trial(shared() + schema, map), words);
  });

  it("and that rows of others point at are missed, however many a trigger writes in their place", async () => {
    const system = await trial(
      `${shared()} alter table rooms add person int; insert into rooms values (1, 0, 1), (2, 0, 2); update rooms set person = 2 where id = 7;
       create table doors (id int primary key, room int); insert into doors values (1, 2), (2, 99);
       delete from room_people where room = 7; delete from letters where person = 2; update letters set room = 1;
       ${trigger("insert into rooms values (3, 0, 2); delete from rooms where id = 2;")}`,
      mapOf({ person }, [
        people,
        collection(
          "rooms",
          {},
          { id: ["integer", { pk: true }], n: "integer", person: ["integer", { refs: [from("people.id")] }] },
        ),
        members,
        letters,
        collection(
          "doors",
          { role: "mentions" },
          { id: ["integer", { pk: true }], room: ["integer", { refs: [from("rooms.id")] }] },
        ),
      ]),
    );
    await refused(system, /doors: its room leads to rooms that are gone/);
  });
});

describe("a guard that refuses whole statements", () => {
  const guard = (when: string) =>
    `create function refuses() returns trigger language plpgsql as $$ begin raise exception 'append only'; end $$;
     create trigger refuses before ${when} on letters for each statement execute function refuses();`;

  it("stops whoever has rows there, and nobody else", async () => {
    // What the foreign key itself would do on delete is a statement too.
    const system = await trial(`${shared()} ${guard("update or delete or truncate")}
      alter table letters drop constraint letters_person_fkey, add foreign key (person) references people;
      insert into people values (3, 'tiger@x.example');`);
    const other = { ...order(system), subject: { platformUserId: "3", platformCompanyId: null } };
    expect(await eraseSubject(other)).toMatchObject([{ fates: [{ collection: "people", deleted: 1 }, {}, {}, {}] }]);
    await expect(eraseSubject(order(system))).rejects.toMatchObject({ code: "P0001", at: "letters" });
    expect((await everything(system.client)).filter((row) => row.includes("zebra"))).toHaveLength(2);
  });
});
