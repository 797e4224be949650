import { describe, expect, it } from "vitest";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { parseMap } from "../data-map/parse";
import { eraseSubject, previewErasure } from "./erase-subject";
import { erasableProblems } from "./read-erasable";
import { stoppedBy } from "./stopped-by";

// What is wrong is named with its place before anything is touched, by the check, by a preview and by a run alike.

const schema = `
  create type mood as enum ('good', 'bad');
  create table people (id int primary key, mail text unique, mood mood not null default 'good', closed timestamptz, age int not null default 1);
  create table letters (no int primary key, person int not null references people, words text);
  create table cards (no int primary key, person int, holder text);
  insert into people (id, mail) values (1, 'zebra@x.example'), (2, 'two@x.example');
  insert into letters values (1, 1, 'zebra'), (2, 2, 'lasting');
`;
type Fields = Parameters<typeof collection>[2];
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const people = (more: Fields = {}, rule = {}) =>
  collection("people", rule, {
    id: ["integer", { pk: true }],
    mail: ["text", { identity: "email", follow: true }],
    mood: "mood",
    closed: "timestamptz",
    age: "integer",
    ...more,
  });
const letters = (more: Fields = {}, rule = {}) =>
  collection("letters", rule, {
    no: ["integer", { pk: true }],
    person: ["integer", { refs: [from("people.id")] }],
    words: "text",
    ...more,
  });
const cards = (more: Fields = {}, rule = {}) =>
  collection("cards", rule, {
    no: ["integer", { pk: true }],
    person: ["integer", { refs: [from("people.id")] }],
    holder: "text",
    ...more,
  });

const open = strangerPerTest();

const subject = { platformUserId: "1", platformCompanyId: null };
const trial = (map: string, more = ""): Promise<Opened> => open({ schema: `${schema}; ${more}`, map });
const good = () => mapOf({ person }, [people(), letters(), cards()]);
const told = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => stoppedBy(error, "theirs") + (error as Error).message,
  );

describe("a map that is wrong in itself says where", () => {
  it.each<[string, string, RegExp]>([
    [
      "a reference to nowhere",
      mapOf({ person }, [people(), letters({ person: ["integer", { refs: [from("people.uid")] }] })]),
      /letters\.fields\.person\..*there is no people\.uid/,
    ],
    [
      "a condition on no field",
      mapOf({ person }, [
        people(),
        cards({ person: ["integer", { refs: [from("people.id", { if: { field: "kind", is: ["a"] } })] }] }),
      ]),
      /cards\.fields\.person\..*cards has no field kind/,
    ],
    [
      "nothing leads there",
      mapOf({ person }, [people(), letters({ person: "integer" })]),
      /letters\.trust\.scope: no reference or identity leads here/,
    ],
    [
      "a token without its place",
      mapOf({ person }, [people({ mail: ["text", { erasure: { token: "x" } }] })]),
      /people\.fields\.mail\.trust\.erasure/,
    ],
    [
      "an unknown form of time",
      mapOf({ person }, [people({ age: ["integer", { time: "days" }] })]),
      /people\.fields\.age\.trust\.time/,
    ],
  ])("%s", (_, map, message) => {
    expect(() => parseMap("theirs.yml", map)).toThrow(message);
  });

  it("a circle of references is none", async () => {
    const { map, client } = await trial(
      mapOf({ person }, [
        people({ age: ["integer", { refs: [to("cards.no")] }] }),
        letters(),
        cards({ no: ["integer", { pk: true, refs: [from("people.age")] }] }),
      ]),
      "update people set age = 9 where id = 2; insert into cards values (1, 1, 'zebra'), (9, 2, 'lasting')",
    );
    await eraseSubject({ map, subject, scope: "person" });
    expect((await everything(client)).filter((row) => /zebra/.test(row))).toEqual([]);
  });
});

describe("a database that is not as the map says stops the run whole", () => {
  it.each<[string, string, string, RegExp]>([
    [
      "a table vanished that others are found by",
      "alter table people rename to persons",
      "",
      /people: there is no table public\.people/,
    ],
    ["a table vanished", "drop table cards", "", /cards: there is no table public\.cards/],
    [
      "a column vanished by which rows are found",
      "alter table letters drop column person",
      "",
      /letters: has no column person/,
    ],
    [
      "another type where rows are found",
      "alter table cards alter column person type uuid using null",
      "",
      /theirs is not as the map says: operator does not exist/,
    ],
    [
      "a foreign key from a table that nobody mapped",
      "create table secret (p int references people)",
      "",
      /public\.secret \(secret_p_fkey\) points at public\.people and is not in the map/,
    ],
    ["rows that somebody else holds", "", "lock", /55P03.*somebody else holds/],
    [
      "a trigger that forbids it",
      "create function no() returns trigger language plpgsql as $$ begin raise exception 'zebra@x.example stays'; end $$; create trigger no before delete on letters for each row execute function no()",
      "",
      /theirs: the database refused \(P0001\) at letters: a trigger/,
    ],
  ])(
    "%s",
    async (_, change, how, message) => {
      const { map, client } = await trial(good());
      if (change) await client.query(`set search_path = public; ${change}`);
      const before = await everything(client);
      if (how === "lock") {
        await client.query("begin; update public.letters set words = words where no = 1");
      }
      const said = await told(eraseSubject({ map, subject, scope: "person" }));
      expect(said).toMatch(message);
      if (how !== "lock" && !change.includes("trigger"))
        expect(await told(previewErasure({ map, subject, scope: "person" }))).toMatch(message);
      if (how === "lock") return void (await client.query("rollback"));
      // What the database says itself may hold a value of a row, and is not what anybody is told.
      const error = await eraseSubject({ map, subject, scope: "person" }).catch((thrown: unknown) => thrown);
      expect(stoppedBy(error, "theirs")).not.toContain("zebra");
      expect(await everything(client)).toEqual(before);
    },
    60_000,
  );

  it.each<[string, string, RegExp]>([
    [
      "select",
      "grant select on people, letters to eraser_SUFFIX; grant update, delete on all tables in schema public to eraser_SUFFIX",
      /cards: the login may not select, update and delete there/,
    ],
    [
      "delete",
      "grant select, update on all tables in schema public to eraser_SUFFIX; grant delete on people, cards to eraser_SUFFIX",
      /letters: the login may not select, update and delete there/,
    ],
    [
      "what row security hides",
      "grant select, update, delete on all tables in schema public to eraser_SUFFIX; alter table letters enable row level security",
      /letters: the login may not .*row security/,
    ],
  ])("permission to %s is denied on one table", async (_, grants, message) => {
    const { map, client, name, url } = await trial(good());
    const role = `eraser_${name}`;
    await client.query(
      `create role ${role} login password 'x'; grant temporary on database ${name} to ${role}; set search_path = public; ${grants.replaceAll("eraser_SUFFIX", role)}`,
    );
    const before = await everything(client);
    const own = new URL(url);
    own.username = role;
    own.password = "x";
    const systems = map.systems.map((system) => ({ ...system, eraser: () => own.toString() }));
    expect(await told(eraseSubject({ map: { systems }, subject, scope: "person" }))).toMatch(message);
    expect(await told(previewErasure({ map: { systems }, subject, scope: "person" }))).toMatch(message);
    expect((await Promise.all(systems.map((system) => erasableProblems(own.toString(), system)))).join()).toMatch(
      message,
    );
    expect(await everything(client)).toEqual(before);
    await client.query(`drop owned by ${role}; drop role ${role}`);
  });

  it.each<[string, Fields, RegExp]>([
    [
      "empty what is required",
      { age: ["integer", { erasure: "clear" }] },
      /people\.age: `erasure: clear` cannot be done to a required column of type integer/,
    ],
    [
      "a value that the type does not have",
      { mood: ["mood", { erasure: { fixed: "gone" } }] },
      /people\.mood: `erasure: {"fixed":"gone"}` is no value of type mood/,
    ],
    [
      "a token where none fits",
      { closed: ["timestamptz", { erasure: "token" }] },
      /people\.closed: `erasure: token` cannot be done to a column of type timestamp/,
    ],
    [
      "another key",
      { id: ["integer", { pk: true, erasure: "token" }] },
      /people\.id: `erasure: token` cannot be done to a key/,
    ],
  ])("a field's rule asks for %s", async (_, fields, message) => {
    const { map, client, url } = await trial(mapOf({ person }, [people(fields), letters(), cards()]));
    const before = await everything(client);
    expect(await told(eraseSubject({ map, subject, scope: "person" }))).toMatch(message);
    expect(await told(previewErasure({ map, subject, scope: "person" }))).toMatch(message);
    expect((await erasableProblems(url, map.systems[0] as (typeof map.systems)[0])).join()).toMatch(message);
    expect(await everything(client)).toEqual(before);
  });

  it("the check names a key that the map leaves out, rows that security may hide, and numbers that say no time", async () => {
    const { map, client, name, url } = await trial(
      mapOf({ person }, [people({ id: "integer" }), letters({}, { retention: "usage", since: "no" }), cards()]),
    );
    const role = `reader_${name}`;
    await client.query(
      `set search_path = public; alter table cards enable row level security; create role ${role} login password 'x'; grant select on all tables in schema public to ${role}`,
    );
    const own = new URL(url);
    own.username = role;
    own.password = "x";
    process.env.STRANGER_DATABASE_URL = own.toString();
    const found = (await checked(map)).join("\n");
    expect(found).toMatch(/other key theirs: public\.people\.id: is of the primary key/);
    expect(found).toMatch(/not readable theirs: public\.cards: row security could hide rows/);
    expect(found).toMatch(
      /letters: trust\.since names no, which is no date and no time \(integer\); if it is one, say `time: seconds`/,
    );
    // A policy that shows all of them hides none.
    await client.query(`create policy all_of_them on public.cards using (true)`);
    expect((await checked(map)).join("\n")).not.toMatch(/row security/);
    await client.query(`drop owned by ${role}; drop role ${role}`);
  });
});

it("a key that the map only believes in does not make another's row the person's alone", async () => {
  // Two people's rows hold the same "key"; nothing in the database keeps them from it.
  const made = mapOf({ person }, [
    people(),
    letters(),
    cards({ no: ["integer", { pk: true }] }),
    collection(
      "stamps",
      {},
      { id: ["integer", { pk: true }], card: ["integer", { refs: [from("cards.no")] }], words: "text" },
    ),
  ]);
  const { map, client } = await trial(
    made,
    "alter table cards drop constraint cards_pkey; create table stamps (id int primary key, card int, words text); insert into cards values (5, 1, 'zebra'), (5, 2, 'lasting'); insert into stamps values (1, 5, 'lasting, of two')",
  );
  await eraseSubject({ map, subject, scope: "person" });
  const after = await everything(client);
  expect(after.filter((row) => /lasting/.test(row))).toHaveLength(3);
});
