import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { resetEnv } from "../env";
import { eraseSubject } from "./erase-subject";
import { nothing } from "./execute";

// What an erasure makes of values in rows that stay: once, however often it comes, and nothing that the person is known by.

testDatabase();
const open = strangerPerTest();

async function trial(schema: string, map: string): Promise<Opened> {
  const opened = await open({ schema, map });
  process.env.PLATFORM_DATABASE_URL = opened.url;
  resetEnv();
  return opened;
}
const subject = { platformUserId: "1", platformCompanyId: null };
const known = new Map([["email", ["zebra@x.example"]]]);
const erase = ({ map }: Opened) => eraseSubject({ map, subject, scope: "person", known });
const rowsOf = async ({ client }: Opened, table: string) =>
  (await everything(client)).filter((row) => row.startsWith(`public.${table} `));

const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const kept = { action: "keep", ground: "A law", until: "account" };
/** Someone whose row a bill that the law keeps points at. */
const pointedAt = (mail: string) => `create table people (id int primary key, mail ${mail}, closed timestamptz);
  create table bills (id int primary key, person int not null references people, words text, code uuid);
  insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example');
  insert into bills values (1, 1, 'zebra', '00000000-0000-4000-8000-000000000001'), (2, 2, 'lasting', null);`;
const bills = (words: unknown) =>
  collection(
    "bills",
    { erasure: kept },
    {
      id: ["integer", { pk: true }],
      person: ["integer", { refs: [from("people.id")] }],
      words: ["text", { erasure: words }],
      code: ["uuid", { erasure: words }],
    },
  );
const people = (type: string) =>
  collection(
    "people",
    {},
    { id: ["integer", { pk: true }], mail: [type, { identity: "email", follow: true }], closed: "timestamptz" },
  );

describe("values in rows that stay", () => {
  it.each(["hash", "token"])("a %s is made once, however often the erasure comes, and counted once", async (how) => {
    const system = await trial(pointedAt("text not null"), mapOf({ person }, [people("text"), bills(how)]));
    expect(await checked(system.map)).toEqual([]);
    const [first] = await erase(system);
    expect(first?.fates).toMatchObject([
      { collection: "people", reduced: 1 },
      { collection: "bills", anonymised: 1, kept: 0 },
    ]);
    const after = await everything(system.client);
    expect(after.filter((row) => /zebra|4000-8000/.test(row))).toEqual([]);
    const [second] = await erase(system);
    expect(await everything(system.client)).toEqual(after);
    expect(second?.fates).toMatchObject([
      { collection: "people", reduced: 0, kept: 0, emptiedBefore: 1 },
      { collection: "bills", anonymised: 0, kept: 1 },
    ]);
  });

  it("a hash is of the value itself also in rows that one link leads to while another one is empty", async () => {
    const notes = (ifEmpty: boolean) =>
      collection(
        "notes",
        { erasure: "anonymise" },
        {
          id: ["integer", { pk: true }],
          person: ["integer", { refs: [from("people.id")] }],
          other: ["integer", { refs: [from("people.id", ifEmpty ? { if_empty: "person" } : {})] }],
          words: ["text", { erasure: "hash" }],
        },
      );
    const hashes: (string | undefined)[] = [];
    for (const ifEmpty of [true, false]) {
      const system = await trial(
        `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'zebra@x.example');
         create table notes (id int primary key, person int, other int, words text); insert into notes values (1, 1, 1, 'zebra')`,
        mapOf({ person }, [people("text"), notes(ifEmpty)]),
      );
      await erase(system);
      hashes.push((await rowsOf(system, "notes"))[0]);
    }
    expect(hashes[0]).toMatch(/^public.notes 1\|~\|~\|erased-/);
    expect(hashes[0]).toBe(hashes[1]);
  });

  it("words of a type that lies in a schema of its own are replaced like any others", async () => {
    const system = await trial(
      `create schema extensions; create extension citext schema extensions; ${pointedAt("extensions.citext not null")}`,
      mapOf({ person }, [people("text"), bills("token")]),
    );
    await erase(system);
    expect((await rowsOf(system, "people"))[0]).toMatch(/^public.people 1\|erased-[0-9a-f]{24}\|/);
  });

  it.each([
    ["that may be empty", "timestamptz", {}, "new.changed = now();"],
    ["that is required", "timestamptz not null default now()", {}, '/* stamped */ NEW."changed" := clock_timestamp();'],
    [
      "that the map empties",
      "timestamptz",
      { erasure: "clear" },
      "if new is distinct from old then new.changed := now(); end if;",
    ],
  ])(
    "a row on which a trigger writes its time, in a column %s, is emptied and counted once",
    async (_, type, rule, body) => {
      const stamp = (table: string) => `alter table ${table} add column changed ${type};
      update ${table} set changed = '2020-01-01';
      create trigger stamped before update on ${table} for each row execute function stamp();`;
      const stamped = (of: ReturnType<typeof people>) => ({
        ...of,
        fields: [...of.fields, { name: "changed", trust: { type: "timestamptz", ...rule } }],
      });
      const system = await trial(
        `${pointedAt("text not null")} create function stamp() returns trigger language plpgsql as $$ begin ${body} return new; end $$;
       ${stamp("people")} ${stamp("bills")}`,
        mapOf({ person }, [stamped(people("text")), stamped(bills("token"))]),
      );
      expect(await checked(system.map)).toEqual([]);
      await erase(system);
      const after = await everything(system.client);
      expect(
        after.filter((row) => /zebra|4000-8000/.test(row) || (row.includes("2020") && !row.includes("lasting"))),
      ).toEqual([]);
      const [second] = await erase(system);
      expect(await everything(system.client)).toEqual(after);
      expect(second?.fates).toMatchObject([
        { collection: "people", reduced: 0, kept: 0, emptiedBefore: 1 },
        { collection: "bills", anonymised: 0, kept: 1 },
      ]);
    },
  );

  it("an account in which nothing is left to write but when it was closed is counted by the erasure that closes it", async () => {
    const system = await trial(
      `create table people (id int primary key, mail text not null unique, closed timestamptz);
       create table letters (id int primary key, person int, addressee text not null references people (mail));
       insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example'); insert into letters values (1, 2, 'zebra@x.example')`,
      mapOf({ person }, [
        people("text"),
        collection(
          "letters",
          {},
          {
            ...{ id: ["integer", { pk: true }], person: ["integer", { refs: [from("people.id")] }] },
            addressee: ["text", { refs: [from("people.mail", { role: "mentions" })] }],
          },
        ),
      ]),
    );
    const [first] = await erase(system);
    expect(first?.fates[0]).toEqual({ collection: "people", ...nothing, reduced: 1 });
    expect(await everything(system.client)).toContainEqual(expect.stringMatching(/^public.people 1.zebra@x.example.2/));
    const [second] = await erase(system);
    expect(second?.fates[0]).toEqual({ collection: "people", ...nothing, emptiedBefore: 1 });
  });

  it("an address that cannot be replaced in a row which has to stay ends the erasure, with nothing changed", async () => {
    const system = await trial(
      `create type mail as enum ('zebra@x.example', 'lasting@x.example'); ${pointedAt("mail not null")}`,
      mapOf({ person }, [people("text"), bills("token")]),
    );
    const before = await everything(system.client);
    await expect(erase(system)).rejects.toThrow(/^people: 1 rows were still found$/);
    expect(await everything(system.client)).toEqual(before);
  });
});
