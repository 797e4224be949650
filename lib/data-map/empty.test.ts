import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { blockersByCommand } from "../cases/find-blockers";
import { eraseSubject } from "../erasure/erase-subject";
import { findPlatformPerson } from "./find-platform-person";
import { companyOwned } from "./owns-company";
import { openReachIn } from "./reach";
import type { DataMap } from "./types";

// Databases that never write null where they mean nothing, as older systems do.

const open = strangerPerTest();
const id: ["integer", { pk: true }] = ["integer", { pk: true }];
const person = { collection: "users", id: "id", email: "email", closed: "closed" };
const email: [string, object] = ["text", { identity: "email", follow: true }];
const ofUser: [string, object] = ["integer", { refs: [from("users.id")] }];
const subject = { platformUserId: "1", platformCompanyId: null };
const usersSql = `create table users (id int primary key, email text, closed timestamptz);
  insert into users values (1, 'zebra@x.example'), (2, 'lasting@x.example');`;
const users = collection("users", {}, { id, email, closed: "timestamptz" });

/** What a copy for person 1 holds of a collection. */
async function copied(map: DataMap, name: string): Promise<Record<string, unknown>[]> {
  const [system] = map.systems;
  if (!system) throw new Error("a map has a system");
  const reach = await openReachIn(map, system, subject, "person");
  try {
    const found = reach.collections.find((one) => one.name === name);
    return found ? (await reach.client.query(reach.query(found))).rows : [];
  } finally {
    await reach.close();
  }
}

const erase = (map: DataMap) => eraseSubject({ map, subject, scope: "person" });
/** Rows of somebody else that are not as they were, and rows of the person that are left. */
async function wronged(map: DataMap, client: Parameters<typeof everything>[0]): Promise<string[]> {
  const before = await everything(client);
  await erase(map);
  const after = await everything(client);
  return [
    ...before.filter((row) => row.includes("lasting") && !after.includes(row)),
    ...after.filter((row) => row.includes("zebra")),
  ];
}

describe.each([
  ["boolean", "false", "true", {}],
  ["integer", "0", "1700000000", {}],
  ["integer", "0", "1700000000", { time: "seconds" }],
  ["numeric(5,2)", "0", "1", {}],
  ["text", "''", "'2024-01-01'", {}],
  ["text", "'0000-00-00 00:00:00'", "'2024-01-01 00:00:00'", {}],
  ["text", "'0000-00-00 00:00:00'", "'2024-01-01 00:00:00'", { time: "text" }],
  ["char(1)", "'N'", "'Y'", {}],
  ["text", "'pending'", "'proved'", { none: ["pending"] }],
  ["smallint", "-1", "1", { none: [-1] }],
  ["date", "'1900-01-01'", "'2024-01-01'", {}],
  ["timestamptz", "'-infinity'", "now()", {}],
  ["timestamptz", "'9999-12-31'", "now()", {}],
  ["timestamp", "'2001-01-01'", "now()", { none: ["2001-01-01"] }],
  ["uuid", "'00000000-0000-0000-0000-000000000000'", "gen_random_uuid()", {}],
] as [string, string, string, object][])("an address that is marked %s %s", (type, unset, set, more) => {
  const platform = {
    schema: `${usersSql} create table emails (id int primary key, uid int, address text, verified ${type});
      insert into emails values (1, 1, 'victim@x.example', ${unset}), (2, 1, 'also-zebra@x.example', ${set});
      create table guests (id int primary key, email text, what text);
      insert into guests values (1, 'victim@x.example', 'lasting'), (2, 'also-zebra@x.example', 'own');`,
    map: mapOf({ person }, [
      users,
      collection(
        "emails",
        {},
        {
          ...{ id, uid: ofUser, verified: [type, more] },
          address: ["text", { identity: "email", follow: { if_set: "verified" }, enter: false }],
        },
      ),
      collection("guests", {}, { id, email: ["text", { identity: "email" }], what: "text" }),
    ]),
  };

  it("was never proved: it leads to no row, in a copy or an erasure", async () => {
    const { map, client } = await open(platform);
    expect(await checked(map)).toEqual([]);
    expect(await copied(map, "guests")).toEqual([expect.objectContaining({ what: "own" })]);
    expect(await wronged(map, client)).toEqual([]);
  });
});

it("a mark of 0 keeps whoever typed an address in from signing in with it", async () => {
  const { map, client } = await open({
    schema: `create table users (id int primary key, email text, closed timestamptz, proved int not null default 0);
      insert into users values (1, 'zebra@x.example', null, 0)`,
    map: mapOf({ person: { ...person, verified: "proved" } }, [
      collection("users", {}, { id, email: ["text", { identity: "email" }], closed: "timestamptz", proved: "integer" }),
    ]),
  });
  expect(await findPlatformPerson("zebra@x.example", map)).toBeNull();
  await client.query("update public.users set proved = 1");
  expect(await findPlatformPerson("zebra@x.example", map)).toMatchObject({ userId: "1" });
});

it.each([
  ["int not null default 0", "integer", {}],
  ["int not null default -1", "integer", { none: [-1] }],
  ["text not null default ''", "text", {}],
  ["boolean not null default false", "boolean", {}],
] as [string, string, object][])(
  "`if_empty` of a column that is %s finds the rows without one",
  async (type, told, none) => {
    const { map, client } = await open({
      schema: `${usersSql} create table visits (id int primary key, uid ${type}, email text, page text);
      insert into visits (id, email, page) values (1, 'zebra@x.example', 'before signing in');`,
      map: mapOf({ person }, [
        users,
        collection(
          "visits",
          {},
          { id, uid: [told, none], email: ["text", { identity: "email", if_empty: "uid" }], page: "text" },
        ),
      ]),
    });
    expect(await wronged(map, client)).toEqual([]);
  },
);

describe("a link that is no key", () => {
  const token = (refs: Record<string, unknown>[] = []): [string, object] => ["varchar(32)", { refs }];
  const carts = (theirOrder: string) => ({
    schema: `${usersSql}
      create table orders (id int primary key, uid int not null default 0, token varchar(32) not null default '', w text);
      insert into orders values (1, 1, 'tz', 'zebra'), (2, 1, '', 'zebra, signed in'), (3, 2, ${theirOrder}, 'lasting');
      create table carts (id int primary key, uid int not null default 0, token varchar(32) default '', w text);
      insert into carts values (1, 1, '', 'zebra cart'), (2, 2, '', 'lasting cart'), (3, 0, 'tz', 'zebra guest cart'), (4, 0, '', 'lasting cart of nobody');`,
    map: mapOf({ person }, [
      users,
      collection("orders", {}, { id, uid: ofUser, token: token(), w: "text" }),
      collection("carts", {}, { id, uid: ofUser, token: token([from("orders.token")]), w: "text" }),
    ]),
  });
  it.each(["'t2'", "''"])("leads nowhere while it is blank (%s)", async (theirOrder) => {
    const { map, client } = await open(carts(theirOrder));
    expect((await copied(map, "carts")).map(({ w }) => w)).toEqual(["zebra cart", "zebra guest cart"]);
    expect(await wronged(map, client)).toEqual([]);
  });

  it.each([
    ["integer", "0", {}],
    ["integer", "-1", { none: [-1] }],
    ["text", "'none'", { none: ["none"] }],
    ["uuid", "'00000000-0000-0000-0000-000000000000'", {}],
  ] as [string, string, object][])("of %s leads nowhere from %s", async (type, none, more) => {
    const { map, client } = await open({
      schema: `create table users (id int primary key, email text, closed timestamptz, team ${type});
        insert into users values (1, 'zebra@x.example', null, ${none}); create table files (id int primary key, team ${type}, teams ${type}[], w text);
        insert into files values (1, ${none}, null, 'lasting'), (2, null, array[${none}]::${type}[], 'lasting list');`,
      map: mapOf({ person }, [
        collection("users", {}, { id, email, closed: "timestamptz", team: [type, more] }),
        collection(
          "files",
          {},
          {
            id,
            team: [type, { refs: [from("users.team")] }],
            teams: [`${type}[]`, { refs: [from("users.team")] }],
            w: "text",
          },
        ),
      ]),
    });
    expect(await copied(map, "files")).toEqual([]);
    expect(await wronged(map, client)).toEqual([]);
  });
});

it("a key of 0 is one: whoever has it has what leads to it", async () => {
  const { map, client } = await open({
    schema: `create table users (id int primary key, email text, closed timestamptz, team int); create table teams (id int primary key, w text);
      insert into users values (1, 'zebra@x.example', null, 0); insert into teams values (0, 'zebra team');
      create table files (id int primary key, team int, w text); insert into files values (1, 0, 'zebra file');`,
    map: mapOf({ person }, [
      collection("users", {}, { id, email, closed: "timestamptz", team: "integer" }),
      collection("teams", {}, { id: ["integer", { pk: true, refs: [from("users.team")] }], w: "text" }),
      collection("files", {}, { id, team: ["integer", { refs: [from("teams.id")] }], w: "text" }),
    ]),
  });
  expect(await wronged(map, client)).toEqual([]);
});

describe("whoever is in no company", () => {
  const firm: [string, object] = ["integer", { none: [-1] }];
  const platform = (none: number) => ({
    schema: `create table firms (id int primary key, name text, closed timestamptz); insert into firms values (1, 'one'), (0, 'no firm'), (-1, 'no firm');
      create table users (id int primary key, email text, closed timestamptz, firm int, admin int not null);
      insert into users values (1, 'zebra@x.example', null, ${none}, 1), (2, 'lasting2@x.example', null, ${none}, 0), (4, 'l4@x.example', null, 1, 1);
      create table notes (id int primary key, firm int, uid int, w text); insert into notes values (1, ${none}, 2, 'lasting'), (2, ${none}, 1, 'zebra')`,
    map: mapOf(
      {
        person: { ...person, company: "firm", owner: { field: "admin", is: ["1"] } },
        company: { collection: "firms", id: "id", name: "name", closed: "closed" },
      },
      [
        collection(
          "firms",
          { scope: "both", role: "shared" },
          {
            id: ["integer", { pk: true, refs: [from("users.firm", { scope: "person" })] }],
            name: "text",
            closed: "timestamptz",
          },
        ),
        collection(
          "users",
          { scope: "both", company: "firm" },
          { id, email, closed: "timestamptz", firm, admin: "integer" },
        ),
        collection(
          "notes",
          { scope: "both", company: "firm" },
          { id, firm: "integer", uid: ["integer", { refs: [from("users.id", { scope: "person" })] }], w: "text" },
        ),
      ],
    ),
  });

  // In a firm that is none, though its row is there; in one that the map lists; in one whose row is gone.
  it.each([0, -1, 77])("owns none, copies none and closes none (%s), and may leave alone", async (none) => {
    const { map, client } = await open(platform(none));
    expect(await checked(map)).toEqual([]);
    const company = { platformUserId: "1", platformCompanyId: String(none) };
    expect(await companyOwned("1", map)).toBeNull();
    expect(await findPlatformPerson("zebra@x.example", map)).toMatchObject({ companyId: null, owner: false });
    const [system] = map.systems;
    if (system) await expect(openReachIn(map, system, company, "company")).rejects.toThrow(/does not own that company/);
    expect(await blockersByCommand(map, subject, "person")).toEqual([]);
    expect(await blockersByCommand(map, company, "company")).toHaveLength(1);
    const before = await everything(client);
    if (none !== 77) await eraseSubject({ map, subject: company, scope: "company" }).catch(() => {});
    expect(await everything(client)).toEqual(before);
    expect(await companyOwned("4", map)).toBe("1");
  });
});

it("a condition that asks for null is met by what is empty", async () => {
  const { map, client } = await open({
    schema: `create table firms (id int primary key, name text, closed int not null default 0); insert into firms values (1, 'one');
      create table users (id int primary key, email text, closed int not null default 0, firm int, admin int); insert into users values (1, 'zebra@x.example', 0, 1, 1);
      create table bills (id int primary key, firm int, paid text not null default ''); insert into bills values (1, 1, ''), (2, 1, '2026-01-01');`,
    map: mapOf(
      {
        person: {
          ...{ ...person, company: "firm", owner: { field: "admin", is: ["1"] } },
          active: { field: "closed", is: null },
        },
        company: { collection: "firms", id: "id", name: "name", closed: "closed" },
      },
      [
        collection("firms", { scope: "company" }, { id, name: "text", closed: ["integer", { time: "seconds" }] }),
        collection(
          "users",
          { scope: "both", company: "firm" },
          { id, email, closed: ["integer", { time: "seconds" }], firm: "integer", admin: "integer" },
        ),
        collection(
          "bills",
          { scope: "company", company: "firm", open: { field: "paid", is: null } },
          { id, firm: "integer", paid: "text" },
        ),
      ],
    ),
  });
  const company = { platformUserId: "1", platformCompanyId: "1" };
  expect(await companyOwned("1", map)).toBe("1");
  expect(await blockersByCommand(map, company, "company")).toEqual(["Still open: Bills (1)."]);
  await client.query("update public.users set closed = 1700000000");
  expect(await companyOwned("1", map)).toBeNull();
});
