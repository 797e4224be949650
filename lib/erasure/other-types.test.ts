import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { openReachIn } from "../data-map/reach";
import { eraseSubject } from "./erase-subject";

// Links without foreign keys, whose columns are of other types than the keys or write them otherwise.

const open = strangerPerTest();
const person = { collection: "users", id: "id", email: "email", closed: "closed" };
const id: [string, { pk: true }] = ["integer", { pk: true }];
const keep = { retention: "work-orders", erasure: { action: "keep", ground: "Tax law", until: "work-orders" } };

/** Somebody and somebody else, by keys of a type, and other collections. */
function people(
  type: string,
  [theirs, others]: readonly string[],
  table: string,
  more: object[],
  edit = (map: string) => map,
) {
  const users = collection(
    "users",
    {},
    { id: [type, { pk: true }], email: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
  );
  return open({
    schema: `create extension if not exists citext; create table users (id ${type} primary key, email text, closed timestamptz);
      insert into users values ('${theirs}', 'zebra@x.example'), ('${others}', 'lasting@x.example'); ${table}`,
    map: edit(mapOf({ person }, [users, ...more])),
  });
}
const subject = (platformUserId: string) => ({ platformUserId, platformCompanyId: null });
const [upper, lower] = ["6F000000-0000-4000-8000-00000000000A", "6f000000-0000-4000-8000-00000000000a"];
const other = "6f000000-0000-4000-8000-00000000000b";

describe("a link that is written otherwise than the key", () => {
  it.each([
    // The key's type, the link's, two keys; links to the first, and to nobody: what would not even parse may stand there.
    [
      "uuid",
      "text",
      [lower, other],
      [upper, lower, ` {${upper}} `, lower.replaceAll("-", "")],
      ["", "none", `${lower}0`],
    ],
    ["text", "uuid", [upper, other], [lower], [other]],
    [
      "bigint",
      "varchar(250)",
      ["1", "2"],
      ["1", "0000000001", " 1", "+1", "1.0"],
      ["1e0", "1.5", "x", "-1", "9".repeat(201)],
    ],
    ["varchar(9)", "bigint", ["007", "8"], ["7"], ["8"]],
    ["numeric(10,2)", "text", ["1.00", "2"], ["1", "1.0"], ["1.001", "", "9".repeat(99)]],
    ["integer", "numeric(9,3)", ["1", "2"], ["1"], ["1.001", "2"]],
    [
      "bigint",
      "double precision",
      ["9007199254740992", "9007199254740993"],
      ["9007199254740992"],
      ["NaN", "Infinity", "2"],
    ],
    [
      "date",
      "text",
      ["2024-02-29", "2024-03-01"],
      ["2024-02-29", "2024-02-29 00:00:00"],
      ["2024-02-30", "soon", "2024-02-29T10:00"],
    ],
    ["date", "timestamp", ["2024-01-01", "2024-01-02"], ["2024-01-01"], ["2024-01-01 10:00", "infinity"]],
    ["citext", "text", ["zebra", "lasting"], ["ZEBRA", "zebra"], ["zebra "]],
    ["text", "citext", ["Zebra", "lasting"], ["ZEBRA", "zebra"], ["lasting"]],
  ] as const)("%s, %s", async (key, link, keys, theirs, others) => {
    const rows = [...theirs, ...others].map((value, at) => `(${at}, '${value}'::${link})`);
    const notes = collection("notes", {}, { id, uid: [link, { refs: [from("users.id")] }] });
    // What stays points at the account, so that asks whether the two are the same from the other side.
    const bills = collection("bills", keep, { id, uid: [link, { refs: [from("users.id")] }] });
    const lists = collection("lists", { role: "shared" }, { id, uids: [`${link}[]`, { refs: [from("users.id")] }] });
    const { map, client } = await people(
      key,
      keys,
      `create table notes (id int primary key, uid ${link}); insert into notes values ${rows.join()};
       create table bills (id int primary key, uid ${link}); insert into bills select max(id), '${theirs.at(-1)}' from notes;
       create table lists (id int primary key, uids ${link}[]);
       insert into lists select id, array[uid, '${others[0]}'] from notes where id < ${theirs.length}`,
      [notes, bills, lists],
    );
    expect(await checked(map)).toEqual([]);
    await eraseSubject({ map, subject: subject(keys[0]), scope: "person" });
    const left = await client.query("select array(select id from public.notes order by id) as notes");
    expect(left.rows[0].notes).toEqual(others.map((_, at) => theirs.length + at));
    const { rows: after } = await client.query("select id::text, email from public.users order by email nulls first");
    expect(after).toEqual([
      { id: keys[0], email: null },
      { id: expect.anything(), email: "lasting@x.example" },
    ]);
    expect((await client.query("select uids from public.lists where cardinality(uids) <> 1")).rows).toEqual([]);
  });
});

it("of a composite link each pair of columns is compared by itself", async () => {
  const { map, client } = await people(
    "integer",
    ["1", "2"],
    `create table orders (tenant int, no numeric(10,0), uid int, primary key (tenant, no)); insert into orders values (7, 1, 1), (8, 1, 2);
     create table lines (tenant char(4), no numeric(12,2)); insert into lines values ('7', 1), ('8', 1);`,
    [
      collection(
        "orders",
        {},
        { tenant: id, no: ["numeric(10,0)", { pk: true }], uid: ["integer", { refs: [from("users.id")] }] },
      ),
      collection(
        "lines",
        {},
        {
          tenant: ["char(4)", { refs: [from("orders.tenant", { key: "o" })] }],
          no: ["numeric(12,2)", { refs: [from("orders.no", { key: "o" })] }],
        },
      ),
    ],
  );
  await eraseSubject({ map, subject: subject("1"), scope: "person" });
  expect((await everything(client)).filter((row) => !row.includes("users"))).toEqual([
    "public.lines 8|1.00",
    "public.orders 8|1|2",
  ]);
});

describe("a list of another type than the key", () => {
  it.each([
    ["bigint", "integer[]"],
    ["integer", "bigint[]"],
    ["numeric", "integer[]"],
    ["text", "varchar[]"],
    ["varchar(20)", "text[]"],
    ["integer", "text[]"],
  ])("%s in %s", async (key, list) => {
    const docs = collection("docs", { role: "shared" }, { id, ids: [list, { refs: [from("users.id")] }] });
    const { map, client } = await people(
      key,
      ["1", "2"],
      `create table docs (id int primary key, ids ${list}); insert into docs values (1, '{1,2}'), (2, '{2}'), (3, '{1,99}')`,
      [docs],
    );
    expect(await checked(map)).toEqual([]);
    const [system] = map.systems;
    const reach = system && (await openReachIn(map, system, subject("1"), "person"));
    const counts = await Promise.all((reach?.collections ?? []).map((one) => reach?.count(one)));
    await reach?.close();
    expect(counts).toEqual([1, 2]);
    await eraseSubject({ map, subject: subject("1"), scope: "person" });
    expect((await everything(client)).filter((row) => row.includes("docs"))).toEqual([
      "public.docs 1|{2}",
      "public.docs 2|{2}",
      "public.docs 3|{99}",
    ]);
  });

  it("is said to be a list where a domain hides it", async () => {
    const docs = (type: string) => [
      collection("docs", { role: "shared" }, { id, ids: [type, { refs: [from("users.id")] }] }),
    ];
    const table =
      "create domain refs as integer[]; create table docs (id int primary key, ids refs); insert into docs values (1, '{1,2}')";
    const hidden = await people("bigint", ["1", "2"], table, docs("refs"));
    expect(await checked(hidden.map)).toEqual([
      "other type theirs: public.docs.ids: holds a list by its domain, each value of which is a link; say `integer[]`",
    ]);
    const { map, client } = await people("bigint", ["1", "2"], table, docs("integer[]"));
    expect(await checked(map)).toEqual([]);
    await eraseSubject({ map, subject: subject("1"), scope: "person" });
    expect(await everything(client)).toContain("public.docs 1|{2}");
  });
});

it.each([
  ["integer", "varchar(20)", ["1", "2"]],
  ["uuid", "varchar(40)", [lower, other]],
])("a map with Fideslang's types alone: %s, %s", async (key, link, keys) => {
  const coarse = (text: string) => {
    const map = JSON.parse(text);
    for (const { fields } of map.dataset[0].collections)
      for (const field of fields) {
        const data_type = /int/.test(field.trust.type) ? "integer" : "string";
        field.fides_meta = { ...field.fides_meta, data_type };
        delete field.trust.type;
      }
    return JSON.stringify(map);
  };
  const notes = collection("notes", {}, { id, uid: [link, { refs: [from("users.id")] }] });
  const { map, client } = await people(
    key,
    keys,
    `create table notes (id int primary key, uid ${link}); insert into notes values (1, '${keys[0]}'), (2, '${keys[1]}')`,
    [notes],
    coarse,
  );
  expect(await checked(map)).toEqual([]);
  await eraseSubject({ map, subject: subject(keys[0] ?? ""), scope: "person" });
  expect(await everything(client)).toEqual([
    `public.notes 2|${keys[1]}`,
    `public.users ${keys[1]}|lasting@x.example|~`,
  ]);
});
