import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "../erasure/erase-subject";

// What a map asks for and its database can never say is named, since what it was to find would stay with nobody noticing.

const open = strangerPerTest();
const key: [string, { pk: true }] = ["integer", { pk: true }];
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const people = collection(
  "people",
  {},
  { id: key, mail: ["text", { identity: "email", follow: true }], boss: "boolean", closed: "timestamptz" },
);
const schema = `create type kind as enum ('Person', 'Team');
  create table people (id int primary key, mail text, boss boolean not null, closed timestamptz);
  create table notes (id int primary key, of kind, owner int, fee numeric(6,2), doc jsonb);
  insert into people values (1, 'zebra@x.example', true), (2, 'two@x.example', false);
  insert into notes values (1, 'Person', 1, 1, '"zebra@x.example"'), (2, 'Team', 1, 0, '[2]');`;
const theirs = (owner: unknown, of: unknown, open: unknown, doc = {}) =>
  mapOf({ person: { ...person, owner: { field: "boss", is: owner } } }, [
    people,
    collection(
      "notes",
      { open: { field: "fee", is: open } },
      {
        id: key,
        of: "kind",
        owner: ["integer", { refs: [from("people.id", { if: { field: "of", is: of } })] }],
        fee: "numeric(6,2)",
        doc: ["jsonb", doc],
      },
    ),
  ]);

it("names words that no row can hold, and how the column prints those that it holds", async () => {
  const wrong = await open({ schema, map: theirs(["yes"], ["person", "Team"], ["1", "due"]) });
  expect(await checked(wrong.map)).toEqual([
    "other value theirs: public.people.boss: holds `yes`, of which `is` speaks, as `true`; say that",
    "other value theirs: public.notes.fee: holds `1`, of which `is` speaks, as `1.00`; say that",
    "other value theirs: public.notes.fee: can never be `due`, of which `is` speaks",
    "other value theirs: public.notes.of: can never be `person`, of which `is` speaks",
  ]);
});

it("takes true and numbers as YAML has them", async () => {
  const { map, client } = await open({ schema, map: theirs([true], ["Person"], ["1.00"]) });
  expect(await checked(map)).toEqual([]);
  await eraseSubject({ map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
  expect((await everything(client)).filter((row) => /zebra/.test(row))).toEqual([]);
});

it("names links and identities within documents, of which none is found", async () => {
  const said = "other type theirs: public.notes.doc: is one value to the database, and what lies in it is not found";
  for (const doc of [{ identity: "email" }, { refs: [from("people.id")] }]) {
    const { map } = await open({ schema, map: theirs(["true"], ["Person"], ["1.00"], doc) });
    expect(await checked(map)).toEqual([expect.stringContaining(said)]);
  }
});

it("says nothing of a word of which the database cannot be asked", async () => {
  const owner: Parameters<typeof collection>[2] = {
    ...{ id: key, of: "text" },
    owner: ["integer", { refs: [from("people.id", { if: { field: "of", is: ["x"] } })] }],
  };
  const { map } = await open({
    schema: `create function ask(text) returns boolean language plpgsql as $$ begin raise insufficient_privilege; end $$;
      create domain asked as text check (ask(value)); create table slips (id int primary key, of asked, owner int);
      create table people (id int primary key, mail text, boss boolean, closed timestamptz)`,
    map: mapOf({ person }, [people, collection("slips", {}, owner)]),
  });
  expect((await checked(map)).filter((one) => one.startsWith("other value"))).toEqual([]);
});
