import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, previewErasure } from "./erase-subject";

// Hires that are emptied, since somebody else's fines point at them: links that they cannot be without stay whole, and words do not.

const open = strangerPerTest();
type Fields = Parameters<typeof collection>[2];
const id: Fields[string] = ["integer", { pk: true }];
const member: Fields[string] = ["integer", { refs: [from("members.id")] }];

/** Two hires of a member's, by the columns that a test gives. */
async function trial(columns: string, values: [string, string], fields: Fields): Promise<Opened> {
  const system = await open({
    schema: `create extension ltree; create extension cube; create extension earthdistance;
      create type place as (street text, town text); create type mood as enum ('good', 'bad'); create schema aside; create table aside.places (id int primary key);
      create table items (id int primary key, code char(2) not null unique, kind int, unique (kind, id));
      create table members (id int primary key, email text);
      insert into aside.places values (0), (7); insert into items values (0, 'AA', 0), (11, 'BB', 5), (12, 'CC', 5);
      insert into members values (1, 'zebra@z.example'), (2, 'lasting@x.example');
      create table hires (id int primary key, member_id int references members, words text, ${columns});
      create table fines (id int primary key, member_id int not null references members, hire_id int not null references hires);
      insert into hires values (1, 1, 'zebra', ${values[0]}), (2, 1, 'zebra', ${values[1]});
      insert into fines values (1, 2, 1), (2, 2, 2)`,
    map: mapOf(
      {
        person: { collection: "members", id: "id", email: "email" },
        ignore_schemas: [{ name: "aside", reason: "Places, no people" }],
      },
      [
        collection("items", { scope: "none", ground: "Things, no people" }, { id, code: "char(2)", kind: "integer" }),
        collection("members", {}, { id, email: "text" }),
        collection("hires", {}, { id, member_id: member, words: "text", ...fields }),
        collection("fines", {}, { id, member_id: member, hire_id: "integer" }),
      ],
    ),
  });
  expect((await checked(system.map)).filter((line) => !line.startsWith("no retention"))).toEqual([]);
  return system;
}
/** The columns of the test after an erasure, as previewed. */
async function left({ map, client }: Opened, columns: string): Promise<string[]> {
  const order = { map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" as const };
  const previewed = await previewErasure(order);
  expect(await eraseSubject(order)).toMatchObject(previewed.map(({ fates }) => ({ fates })));
  const { rows } = await client.query(`select concat_ws('|', words, ${columns}) as row from public.hires order by id`);
  return rows.map(({ row }) => row);
}

describe("links to tables that the map says nothing of", () => {
  it.each<[unknown, RegExp | null, string]>([
    [
      "token",
      /^theirs\.hires\.place: `erasure: token` makes a value that no row of aside\.places has, and hires_place_fkey forbids it/,
      "",
    ],
    [{ round: 0 }, /^theirs\.hires\.place: .*aside\.places/, ""],
    [{ fixed: "0" }, null, "|0"],
    [{ fixed: "99" }, /^theirs\.hires\.place: .*"99".* makes a value that no row of aside\.places has/, ""],
    ["clear", null, ""],
    ["keep", null, "|7"],
  ])("become what the map says, which the check names where nothing could be there: %j", async (rule, said, value) => {
    const system = await trial("place int references aside.places", ["7", "7"], {
      place: ["integer", { erasure: rule }],
    });
    expect(await checkedErasing(system)).toEqual(said ? [expect.stringMatching(said)] : []);
    if (!said) expect(await left(system, "place")).toEqual([value.slice(1), value.slice(1)]);
  });

  it.each<[string, string, [string, string], Fields]>([
    [
      "without personal data, and outside of the map",
      "item int not null references items, place int not null references aside.places",
      ["11, 7", "12, 7"],
      { item: "integer", place: "integer" },
    ],
    [
      "alone in their column, which takes no token",
      "item char(2) not null unique references items (code) check (item ~ '^[A-Z]+$')",
      ["'BB'", "'CC'"],
      { item: "char(2)" },
    ],
    [
      "over two columns that are set together, of which one cannot be without",
      "kind int, item int not null, foreign key (kind, item) references items (kind, id) match full",
      ["5, 11", "5, 12"],
      { kind: "integer", item: "integer" },
    ],
  ])("stay: %s", async (_, columns, values, fields) => {
    const system = await trial(columns, values, fields);
    expect(await checkedErasing(system)).toEqual([]);
    expect(await left(system, Object.keys(fields).join())).toEqual(
      values.map((one) => one.replaceAll("'", "").replaceAll(", ", "|")),
    );
  });

  it("go where they may, and become what the map says", async () => {
    const system = await trial(
      "item int references items, place int not null references aside.places",
      ["11, 7", "12, 7"],
      { item: "integer", place: ["integer", { erasure: { fixed: "0" } }] },
    );
    expect(await left(system, "item, place")).toEqual(["0", "0"]);
  });
});

describe("links by type and id", () => {
  const owner = (type: Fields[string] = "text"): Fields => ({
    owner_type: type,
    owner_id: ["integer", { refs: [from("members.id", { if: { field: "owner_type", is: ["Member"] } })] }],
  });

  it.each([
    ["required", "owner_type text not null check (owner_type in ('Member', 'Item')), owner_id int not null", owner()],
    ["with a type that need not be", "owner_type text, owner_id int not null", owner()],
    [
      "with a type of its own form",
      "owner_type text not null, owner_id int not null",
      owner(["text", { erasure: "token" }]),
    ],
  ])(
    "stay whole where they cannot be without the id, however often the erasure comes: %s",
    async (_, columns, fields) => {
      const system = await trial(columns, ["'Member', 1", "'Item', 12"], fields);
      expect(await checkedErasing(system)).toEqual([]);
      for (const _run of [1, 2]) {
        expect(await left(system, "owner_type, owner_id")).toEqual(["Member|1", "Item|12"]);
        expect((await system.client.query("select from public.members where id = 1")).rowCount).toBe(1);
      }
    },
  );

  it("lose the id where they can be without", async () => {
    const system = await trial("owner_type text, owner_id int", ["'Member', 1", "'Item', 12"], owner());
    expect(await left(system, "owner_type, owner_id")).toEqual(["", ""]);
  });
});

describe("required values of types of their own", () => {
  it("become plain where a value is one", async () => {
    const columns = "path ltree not null, face cube not null, object oid not null";
    const values = "'zebra.letters', '(0.12345, 2)', 12345";
    const system = await trial(columns, [values, values], { path: "ltree", face: "cube", object: "oid" });
    expect(await checkedErasing(system)).toEqual([]);
    expect(await left(system, "path, face, object")).toEqual(["|(0)|0", "|(0)|0"]);
  });

  const columns =
    "home place not null, spot earth not null, body xid8 not null, mood mood not null, homes place[] not null";
  const values = `row('zebra street', 'town'), ll_to_earth(1, 2), '7', 'bad', array[row('zebra', 'x')::place]`;
  const fields = (home: unknown = undefined): Fields => ({
    home: ["place", home ? { erasure: home } : {}],
    ...{ spot: "earth", body: "xid8", mood: "mood", homes: "place[]" },
  });

  it("stay where none is known, and the check names them, but for an enum's words, which are the platform's own", async () => {
    const system = await trial(columns, [values, values], fields());
    const stays = "stays as it is in an emptied row";
    expect(await checkedErasing(system)).toEqual([
      expect.stringMatching(`^theirs\\.hires\\.home: ${stays}.* type place .*\`erasure: `),
      expect.stringMatching(`^theirs\\.hires\\.spot: ${stays}`),
      expect.stringMatching(`^theirs\\.hires\\.body: ${stays}`),
    ]);
    expect(await left(system, "home, body, mood, homes")).toEqual(
      Array.from({ length: 2 }, () => `("zebra street",town)|7|bad|{}`),
    );
  });

  it.each([
    [{ fixed: "(,)" }, "(,)"],
    ["keep", `("zebra street",town)`],
  ])("become what the map says: %j", async (rule, home) => {
    const system = await trial("home place not null", [values.slice(0, 27), values.slice(0, 27)], {
      home: fields(rule).home ?? "",
    });
    expect(await checkedErasing(system)).toEqual([]);
    expect(await left(system, "home")).toEqual([home, home]);
  });
});
