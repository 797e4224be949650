import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { foreignMap, foreignSchema } from "@/test/foreign-platform";
import { parseMap } from "../data-map/parse";
import { closePlatforms } from "../data-map/platform";
import type { DataMap, Scope } from "../data-map/types";
import { eraseSubject } from "./erase-subject";

// A database that nobody made for this engine: links that only the map knows, no keys, odd names, a view, two systems.

let database = "";
let client: pg.Client;
let map: DataMap;

beforeEach(async () => {
  const made = await createDatabase();
  database = made.name;
  process.env.CLUB_DATABASE_URL = made.url;
  process.env.NEWSLETTER_DATABASE_URL = made.url;
  client = new pg.Client({ connectionString: made.url });
  await client.connect();
  await client.query(foreignSchema);
  map = { systems: parseMap("club.yml", foreignMap) };
});
afterEach(async () => {
  await client.end();
  await closePlatforms();
  await dropDatabase(database);
});

const tables = [
  "Member List",
  "Clubs",
  "Teams",
  "Orders",
  "Order Lines",
  "Order's Tags",
  "Tags",
  "Watchers",
  "Nicknames",
];
const more = ["Badges", "Phone Book", "Calls"];

async function contents(): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const name of [...tables, ...more]) {
    const { rows } = await client.query(`select * from "Club Data".${pg.escapeIdentifier(name)} t order by t::text`);
    all[name] = rows;
  }
  for (const name of ["subscribers", "opens"])
    all[name] = (await client.query(`select * from public.${name} order by 1`)).rows;
  return all;
}

const erase = (scope: Scope) => eraseSubject({ map, subject: { platformUserId: "m1", platformCompanyId: "1" }, scope });

it("a person goes from both systems, over composite keys, lists, cycles and identities; nobody else's row changes", async () => {
  const before = await contents();
  const found = await erase("person");
  expect(found.map(({ system }) => system)).toEqual(["newsletter", "club"]);
  const without = (name: string, gone: (row: Record<string, unknown>) => boolean) =>
    (before[name] as Record<string, unknown>[]).filter((row) => !gone(row));
  expect(await contents()).toEqual({
    ...before,
    "Member List": without("Member List", ({ uid }) => uid === "m1").map((row) =>
      row.uid === "m2" ? { ...row, "Referred By": null } : row,
    ),
    Teams: [
      expect.objectContaining({ id: 7, captain: null, Name: "Mine" }),
      expect.objectContaining({ id: 8, Name: "Theirs" }),
    ],
    Orders: without("Orders", ({ total }) => total === "5"),
    "Order Lines": without("Order Lines", ({ what }) => what === "mine"),
    "Order's Tags": without("Order's Tags", ({ tag }) => tag === 1),
    Watchers: (before.Watchers as Record<string, unknown>[]).map((row) =>
      row.thread === 1 ? { ...row, members: ["m3"] } : row,
    ),
    "Phone Book": without("Phone Book", ({ email }) => String(email).toLowerCase() === "me@club.example"),
    Calls: without("Calls", ({ phone }) => phone === "+49 1"),
    subscribers: without("subscribers", ({ address }) => address === "ME@club.example"),
    opens: without("opens", ({ address }) => address === "x"),
  });
});

it("a company goes, and the other one stays as it was", async () => {
  const before = await contents();
  await erase("company");
  const after = await contents();
  // Empty, for the row of a member that has to stay.
  expect(after.Clubs).toEqual(
    expect.arrayContaining([
      { id: 1, Name: null },
      { id: 2, Name: "Two" },
    ]),
  );
  expect(after["Member List"]).toEqual(
    // Whoever was referred by somebody of the company is not the company's to change: an empty row stays for the link.
    expect.arrayContaining((before["Member List"] as Record<string, unknown>[]).filter(({ Club }) => Club === 2)),
  );
  expect(after.Orders).toEqual(
    (before.Orders as Record<string, unknown>[]).filter(({ total }) => ["7", "8"].includes(String(total))),
  );
  expect(after["Order Lines"]).toEqual([{ tenant: 2, order_no: 100, what: "of m3" }]);
  expect(after.Badges).toEqual([{ club: "2", badge: "theirs" }]);
  // The phone book is in no company's copy, but what is its members' own goes with the account.
  expect(after["Phone Book"]).toEqual([{ email: "three@club.example", phone: "+49 3" }]);
  const rest = JSON.stringify(after);
  expect(rest).not.toContain("the one");
  expect(rest.toLowerCase()).not.toContain('"me@club.example"');
});
