import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { foreignMap, foreignSchema } from "@/test/foreign-platform";
import { checkSystem } from "./check";
import { exportedFields, omissions } from "./exported";
import { parseMap } from "./parse";
import { closePlatforms } from "./platform";
import { openReachIn, ReachError } from "./reach";
import type { DataMap, Scope, System } from "./types";

let database = "";
let system: System;
let map: DataMap;
let owner: pg.Client;

beforeAll(async () => {
  const made = await createDatabase();
  database = made.name;
  process.env.CLUB_DATABASE_URL = made.url;
  process.env.NEWSLETTER_DATABASE_URL = made.url;
  owner = new pg.Client({ connectionString: made.url });
  await owner.connect();
  await owner.query(foreignSchema);
  map = { systems: parseMap("club.yml", foreignMap) };
  system = map.systems[0] as System;
});
afterAll(async () => {
  await owner.end();
  await closePlatforms();
  await dropDatabase(database);
});

async function reached(userId: string, scope: Scope, companyId: string | null = "1") {
  const reach = await openReachIn(map, system, { platformUserId: userId, platformCompanyId: companyId }, scope);
  try {
    const found: Record<string, unknown[]> = {};
    for (const collection of reach.collections) {
      if (!collection.exported) {
        found[collection.name] = [await reach.count(collection)];
        continue;
      }
      const { rows, fields } = await reach.client.query(reach.query(collection));
      expect(fields.map(({ name }) => name)).toEqual(exportedFields(collection, scope).map(({ name }) => name));
      expect(await reach.count(collection)).toBe(rows.length);
      found[collection.name] = rows;
    }
    return found;
  } finally {
    await reach.close();
  }
}

describe("a foreign database", () => {
  it("agrees with its map", async () => {
    const [, newsletter] = map.systems as [System, System];
    expect(await checkSystem(newsletter)).toEqual([]);
    expect(await checkSystem({ ...system, ignoredSchemas: [{ name: "public", reason: "the other map's" }] })).toEqual(
      [],
    );
  });

  it("gives a person their rows through composite keys, a join table, a cycle and followed identities", async () => {
    const mine = await reached("m1", "person");
    expect(mine["Member List"]).toEqual([
      expect.objectContaining({ uid: "m1", 'Full "Legal" Name': 'Me "the one"' }),
      // Whoever I referred mentions me, and nothing leads on from there.
      expect.objectContaining({ uid: "m2", "Referred By": null }),
    ]);
    expect(mine.Teams).toEqual([expect.objectContaining({ id: 7 })]);
    expect(mine.Orders).toEqual([expect.objectContaining({ Tenant: 1, "Order No": "100" })]);
    expect(mine["Order Lines"]).toEqual([{ tenant: 1, order_no: 100, what: "mine" }]);
    expect(mine["Order Keys"]).toEqual([{ Tenant: 1, "Order No": "100" }]);
    expect(mine["Order's Tags"]).toEqual([{ Tenant: 1, "Order No": 100, tag: 1 }]);
    expect(mine.Tags).toEqual([{ id: 1, label: "used by me" }]);
    expect(mine.Watchers).toEqual([expect.objectContaining({ note: "with me" })]);
    expect(mine["Phone Book"]).toHaveLength(2);
    expect(mine.Calls).toEqual([1]);
  });

  it("enters a second system by the identities of the first, in both scopes", async () => {
    const [, newsletter] = map.systems as [System, System];
    for (const scope of ["person", "company"] as const) {
      const reach = await openReachIn(map, newsletter, { platformUserId: "m1", platformCompanyId: "1" }, scope);
      const rows = await Promise.all(
        reach.collections.map(async (collection) => (await reach.client.query(reach.query(collection))).rows),
      );
      await reach.close();
      expect(rows).toEqual([
        [{ address: "ME@club.example", topics: ["news"] }],
        [{ address: "x", device: "+49 1", subscriber: "ME@club.example" }],
      ]);
    }
    await expect(
      openReachIn(map, newsletter, { platformUserId: "m2", platformCompanyId: "1" }, "company"),
    ).rejects.toThrow(ReachError);
  });

  it("names every difference from the live database", async () => {
    await owner.query(`set search_path = "Club Data"; alter table "Tags" add colour text; alter table "Tags" drop label;
      alter table "Orders" alter total type text; create table "Leads" (mail text);
      create or replace view "Order Keys" as select "Tenant", "Order No", 'new' as more from "Orders";
      create table part (extra text) inherits ("Clubs"); alter table "Watchers" rename to "Lurkers"`);
    const findings = await checkSystem({ ...system, ignoredSchemas: [{ name: "public", reason: "the other map's" }] });
    expect(findings.map(({ kind, where }) => `${kind} ${where}`).sort()).toEqual([
      "missing column club: Club Data.Tags.label",
      "missing table club: Club Data.Watchers",
      "other type club: Club Data.Orders.total",
      "unclassified column club: Club Data.Clubs.extra (of part)",
      "unclassified column club: Club Data.Order Keys.more",
      "unclassified column club: Club Data.Tags.colour",
      "unclassified table club: Club Data.Leads",
      "unclassified table club: Club Data.Lurkers",
    ]);
    await owner.query(`alter table "Tags" add label text; alter table "Tags" drop colour; update "Tags" set label = 'used by me' where id = 1;
      alter table "Orders" alter total type numeric using total::numeric; drop table "Leads"; drop table part;
      drop view "Order Keys"; create view "Order Keys" as select "Tenant", "Order No" from "Orders";
      alter table "Lurkers" rename to "Watchers"`);
  });

  it("reads with a role that may only read", async () => {
    const role = `reader_${database}`;
    await owner.query(`create role ${role} login password 'x' in role pg_read_all_data`);
    const address = new URL(process.env.CLUB_DATABASE_URL ?? "");
    const all = address.toString();
    [address.username, address.password] = [role, "x"];
    process.env.CLUB_DATABASE_URL = address.toString();
    try {
      expect((await reached("m1", "person"))["Order Lines"]).toHaveLength(1);
      await owner.query(`revoke pg_read_all_data from ${role}`);
      await expect(reached("m1", "person")).rejects.toThrow(/may not read/);
      expect(
        (await checkSystem(system)).every(({ kind }) => kind === "not readable" || kind === "unclassified table"),
      ).toBe(true);
    } finally {
      process.env.CLUB_DATABASE_URL = all;
      await owner.query(`drop role ${role}`);
    }
  });

  it("gives an owner the company's, and nothing of another", async () => {
    const ours = await reached("m1", "company");
    expect(ours["Member List"]).toHaveLength(2);
    expect(ours.Clubs).toEqual([{ id: 1, Name: "One" }]);
    expect(ours.Orders?.map((row) => (row as { total: string }).total)).toEqual(["5", "6"]);
    expect(ours.Tags).toHaveLength(2);
    expect(ours.Nicknames).toEqual([
      { member: "m1", nick: "Em" },
      { member: "m3", nick: "Three" },
    ]);
    expect(ours.Badges).toEqual([{ club: "1", badge: "ours" }]);
    expect(ours).not.toHaveProperty("Calls");
  });

  it("refuses company scope to whoever does not own the company", async () => {
    await expect(reached("m2", "company")).rejects.toThrow(ReachError);
    await expect(reached("m3", "company")).rejects.toThrow(ReachError);
    await expect(reached("m1", "company", null)).rejects.toThrow(ReachError);
    await expect(reached("m1", "company", "one")).rejects.toThrow(ReachError);
  });

  it("S21: takes hostile ids as values", async () => {
    const nobody = await reached(`m1' or '1'='1"; drop table "Orders"; --`, "person");
    expect(Object.values(nobody).flat().filter(Boolean)).toEqual([]);
  });

  it("only ever reads, in one snapshot", async () => {
    const reach = await openReachIn(map, system, { platformUserId: "m1", platformCompanyId: "1" }, "person");
    try {
      const { rows } = await reach.client.query(
        "select current_setting('transaction_isolation') as level, current_setting('transaction_read_only') as read_only",
      );
      expect(rows).toEqual([{ level: "repeatable read", read_only: "on" }]);
      await owner.query(`insert into "Club Data"."Order Lines" values (1, 100, 'later')`);
      const lines = reach.collections.find(({ name }) => name === "Order Lines");
      expect(lines && (await reach.count(lines))).toBe(1);
      await owner.query(`delete from "Club Data"."Order Lines" where what = 'later'`);
      await expect(reach.client.query(`delete from "Club Data"."Orders"`)).rejects.toThrow(/read-only/);
    } finally {
      await reach.close();
    }
  });

  it("asks the same number of statements however many rows there are", async () => {
    const statements = async () => {
      const query = vi.spyOn(pg.Client.prototype, "query");
      try {
        const reach = await openReachIn(map, system, { platformUserId: "m1", platformCompanyId: "1" }, "person");
        const count = query.mock.calls.length;
        await reach.close();
        return count;
      } finally {
        query.mockRestore();
      }
    };
    const few = await statements();
    await owner.query(`begin; set search_path = "Club Data";
      insert into "Orders" select 1, n, 1, 10, 1 from generate_series(1000, 9000) n;
      insert into "Order's Tags" select 1, n, n from generate_series(1000, 9000) n;
      insert into "Tags" select n, 'many' from generate_series(1000, 9000) n; commit`);
    const many = await statements();
    // Analysing a set that now holds more than one value is all that may be added: once per set.
    expect(many - few).toBeLessThanOrEqual(2);
    expect(many).toBeLessThan(40);
    await owner.query(`begin; set search_path = "Club Data"; delete from "Orders" where total = 1;
      delete from "Tags" where id > 900; delete from "Order's Tags" where tag > 900; commit`);
  });

  it("says what a package leaves out", () => {
    expect(omissions(system, "person")).toEqual([
      expect.objectContaining({ collection: "Calls", field: null, ground: "TDDDG § 3" }),
      expect.objectContaining({ collection: "Member List", field: "Referred By", partly: true }),
    ]);
  });
});
