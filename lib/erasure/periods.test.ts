import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { draftMap } from "../data-map/draft";
import { eraseSubject, previewErasure } from "./erase-subject";
import { erasableProblems } from "./read-erasable";

// Keys that hold for a time (`without overlaps`), and what points at them for a part of it (`PERIOD`).

const open = strangerPerTest();
const subject = { platformUserId: "1", platformCompanyId: null };
const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const people = collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: "timestamptz" });
const rates = collection(
  "rates",
  {},
  {
    id: ["integer", { pk: true }],
    valid: ["daterange", { pk: true }],
    person: ["integer", { refs: [from("people.id")] }],
    words: "text",
  },
);
type Refs = Record<string, unknown>[];
const stays = (rule: Record<string, unknown>, refs: { room?: Refs; valid?: Refs } = {}) =>
  collection("stays", rule, {
    no: ["integer", { pk: true }],
    room: ["integer", refs.room ? { refs: refs.room } : {}],
    valid: ["daterange", refs.valid ? { refs: refs.valid } : {}],
    person: ["integer", { refs: [from("people.id")] }],
  });
/** Room 7 has a rate for each year, all of one person; stays of two people are within one of them, or within two. */
const schema = (room = "int not null", valid = "daterange not null", more = "") => `create extension btree_gist;
  create table people (id int primary key, mail text, closed timestamptz);
  create table rates (id int, valid daterange, person int references people, words text, primary key (id, valid without overlaps));
  create table stays (no int primary key, room ${room}, valid ${valid}, person int references people,
    foreign key (room, period valid) references rates (id, period valid) ${more});
  insert into people values (1, 'zebra@x.example'), (2, 'lasting@x.example');
  insert into rates select 7, daterange(make_date(y, 1, 1), make_date(y + 1, 1, 1)), 1, 'zebra ' || y from generate_series(2020, 2024) y;
  insert into stays values (1, 7, '[2020-03-01,2020-04-01)', 2), (2, 7, '[2021-12-01,2022-02-01)', 2), (3, 7, '[2023-05-01,2023-06-01)', 1);`;
const trial = (tables: string, collections: unknown[]): Promise<Opened> =>
  open({ schema: tables, map: mapOf({ person }, collections) });
const erase = async ({ map }: Opened) => {
  const previewed = await previewErasure({ map, subject, scope: "person" });
  expect(await eraseSubject({ map, subject, scope: "person" })).toMatchObject(
    previewed.map(({ fates }) => ({ fates })),
  );
};
const rowsOf = async ({ client }: Opened, table: string) =>
  (await everything(client)).filter((row) => row.startsWith(`public.${table} `));

describe("a foreign key over periods", () => {
  it.each<[string, { room?: Refs }]>([
    ["that the database alone knows of", {}],
    ["that the map knows of without its time", { room: [from("rates.id", { role: "mentions" })] }],
  ])("%s keeps the rows whose times it needs, emptied, and no others", async (_, refs) => {
    const system = await trial(schema(), [people, rates, stays({}, refs)]);
    expect(await checked(system.map)).toEqual([]);
    await erase(system);
    expect(await rowsOf(system, "rates")).toEqual([
      "public.rates 7|[2020-01-01,2021-01-01)|~|~",
      "public.rates 7|[2021-01-01,2022-01-01)|~|~",
      "public.rates 7|[2022-01-01,2023-01-01)|~|~",
    ]);
    expect(await rowsOf(system, "stays")).toEqual([
      "public.stays 1|7|[2020-03-01,2020-04-01)|2",
      "public.stays 2|7|[2021-12-01,2022-02-01)|2",
    ]);
  });

  it("of rows that stay themselves keeps their own time too, while they cannot be without it", async () => {
    const notes = collection(
      "notes",
      { erasure: keep },
      { id: ["integer", { pk: true }], stay: ["integer", { refs: [from("stays.no", { role: "owner" })] }] },
    );
    const system = await trial(
      `${schema()} create table notes (id int primary key, stay int not null references stays); insert into notes values (1, 3)`,
      [people, rates, stays({}), notes],
    );
    await erase(system);
    expect(await rowsOf(system, "stays")).toContain("public.stays 3|7|[2023-05-01,2023-06-01)|1");
    expect(await rowsOf(system, "rates")).toContain("public.rates 7|[2023-01-01,2024-01-01)|~|~");
  });

  it("whose time can be empty keeps nothing in a row that is emptied; with `match full` both go", async () => {
    const notes = collection(
      "notes",
      { erasure: keep },
      { id: ["integer", { pk: true }], stay: ["integer", { refs: [from("stays.no", { role: "owner" })] }] },
    );
    for (const [schemaOf, row] of [
      [schema("int not null", "daterange"), "public.stays 3|7|~|1"],
      [schema("int", "daterange", "match full"), "public.stays 3|~|~|1"],
    ] as const) {
      const system = await trial(
        `${schemaOf} create table notes (id int primary key, stay int not null references stays); insert into notes values (1, 3)`,
        [people, rates, stays({}), notes],
      );
      await erase(system);
      expect(await rowsOf(system, "stays")).toContain(row);
      expect(await rowsOf(system, "rates")).toHaveLength(3);
    }
  });

  it("is cut by its key where the map says that it leads to the person", async () => {
    const system = await trial(schema("int"), [
      people,
      rates,
      stays({ erasure: "anonymise" }, { room: [from("rates.id", { role: "mentions" })] }),
    ]);
    await erase(system);
    expect(await rowsOf(system, "rates")).toEqual([]);
    expect(await rowsOf(system, "stays")).toEqual([
      "public.stays 1|~|[2020-03-01,2020-04-01)|2",
      "public.stays 2|~|[2021-12-01,2022-02-01)|2",
      "public.stays 3|~|[2023-05-01,2023-06-01)|~",
    ]);
  });

  it("beside triggers that write a row anew does not stop an erasure", async () => {
    const system = await trial(
      `${schema()} alter table rates alter person set not null;
       create function public.touched() returns trigger language plpgsql as $$ begin update public.rates set words = words where id = old.room; return old; end $$;
       create trigger touched after delete on stays for each row execute function public.touched()`,
      [people, rates, stays({})],
    );
    await erase(system);
    expect(await rowsOf(system, "rates")).toHaveLength(3);
  });

  it("that was never held against the rows leaves be, where triggers act, what led nowhere before", async () => {
    const system = await trial(
      `${schema()} alter table stays drop constraint stays_room_valid_fkey; insert into stays values (9, 8, '[2020-01-01,2020-02-01)', 2);
       alter table stays add foreign key (room, period valid) references rates (id, period valid) not valid;
       create function public.touch() returns trigger language plpgsql as $$ begin return coalesce(new, old); end $$;
       create trigger touch before update or delete on rates for each row execute function public.touch()`,
      [people, rates, stays({})],
    );
    await erase(system);
    expect(await rowsOf(system, "rates")).toHaveLength(3);
    expect(await rowsOf(system, "stays")).toHaveLength(3);
  });

  it("is drafted by its key, and the check names a reference of the map that compares times as equal", async () => {
    const both = (field: string) => [from(field, { key: "k", role: "mentions" })];
    const system = await trial(schema(), [
      people,
      rates,
      stays({}, { room: both("rates.id"), valid: both("rates.valid") }),
    ]);
    const [theirs] = system.map.systems;
    expect(theirs && (await erasableProblems(system.url, theirs))).toEqual([
      expect.stringMatching(/^theirs\.stays\.valid: .*rates\.valid.*stays_room_valid_fkey/),
    ]);
    const draft = await draftMap({ name: "theirs", url: () => system.url }, ["public"]);
    expect(draft).toMatch(/field: rates\.id\n/);
    expect(draft).not.toMatch(/rates\.valid|key: stays/);
  });
});
