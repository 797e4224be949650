import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { parseMap } from "../data-map/parse";
import { DataMapError, type System } from "../data-map/types";
import { eraseInSystem, previewInSystem } from "../erasure/run-system";
import { clientOrder } from "./client-order";

// A platform that nobody made for this: no foreign keys, odd names, links in the map only, one by address. Two shops have customers
// with the same addresses, and rows that point across. What is left is what a few loops in memory say.

const map = `
dataset:
  - fides_key: shop
    data_categories: [user]
    fides_meta: { namespace: { schema: Shop Data } }
    trust:
      connection: SHOP_DATABASE_URL
      eraser: { connection: SHOP_DATABASE_URL }
      person: { collection: staff, id: id, email: email, company: shop, owner: { field: boss, is: ['true'] } }
      company: { collection: shops, id: id, name: name }
      clients: { collection: Customers, id: no., name: Full Name, email: e-mail }
    collections:
      - name: shops
        trust: { category: collect.account, role: shared, scope: company, retention: account, erasure: delete }
        fields: [{ name: id, fides_meta: { primary_key: true }, trust: { type: integer } }, { name: name, trust: { type: text } }]
      - name: staff
        trust: { category: collect.account, role: owner, scope: both, retention: account, erasure: delete, company: shop }
        fields:
          - { name: id, fides_meta: { primary_key: true }, trust: { type: integer } }
          - { name: shop, trust: { type: integer } }
          - { name: email, fides_meta: { identity: email }, trust: { type: text, follow: true } }
          - { name: boss, trust: { type: boolean } }
      - name: Customers
        trust: { category: collect.work-orders, role: owner, scope: company, company: shop, retention: account, erasure: delete, client: { role: owner, erasure: delete } }
        fields:
          - { name: no., fides_meta: { primary_key: true }, trust: { type: integer } }
          - { name: shop, trust: { type: integer } }
          - { name: Full Name, trust: { type: text } }
          - { name: e-mail, trust: { type: text } }
      - name: Places
        trust: { category: collect.work-orders, role: owner, scope: company, retention: account, erasure: delete, client: { role: owner, erasure: delete } }
        fields:
          - { name: id, fides_meta: { primary_key: true }, trust: { type: integer } }
          - { name: customer, fides_meta: { references: [{ dataset: shop, field: Customers.no., direction: from }] }, trust: { type: bigint } }
          - { name: street, trust: { type: text } }
      - name: Visits
        trust:
          category: collect.work-orders
          role: shared
          scope: company
          company: shop
          retention: account
          erasure: delete
          client: { role: owner, erasure: { action: anonymise, ground: The shop keeps its visits } }
        fields:
          - { name: id, fides_meta: { primary_key: true }, trust: { type: integer } }
          - { name: shop, trust: { type: integer } }
          - { name: customer, fides_meta: { references: [{ dataset: shop, field: Customers.no., direction: from, trust: { scope: client } }] }, trust: { type: integer } }
          - { name: place, fides_meta: { references: [{ dataset: shop, field: Places.id, direction: from, trust: { scope: client, role: mentions } }] }, trust: { type: integer } }
          - { name: sketch, trust: { type: text, client: clear } }
          - { name: note, trust: { type: text } }
      - name: Remarks
        trust: { category: collect.work-orders, role: owner, scope: company, retention: account, erasure: delete }
        fields:
          - { name: visit, fides_meta: { references: [{ dataset: shop, field: Visits.id, direction: from }] }, trust: { type: integer } }
          - { name: words, trust: { type: text } }
      - name: Bulletins
        trust: { category: collect.communication, role: owner, scope: company, company: shop, retention: account, erasure: delete, client: { role: owner, erasure: delete } }
        fields:
          - { name: shop, trust: { type: integer } }
          - { name: address, fides_meta: { references: [{ dataset: shop, field: Customers.e-mail, direction: from, trust: { scope: client } }] }, trust: { type: text } }
          - { name: topic, trust: { type: text } }
`;
const schema = `
  drop schema if exists "Shop Data" cascade; create schema "Shop Data"; set search_path = "Shop Data";
  create table shops (id integer, name text); create table staff (id integer, shop integer, email text, boss boolean);
  create table "Customers" ("no." integer, shop integer, "Full Name" text, "e-mail" text);
  create table "Places" (id integer, customer bigint, street text);
  create table "Visits" (id integer, shop integer, customer integer, place integer, sketch text, note text);
  create table "Remarks" (visit integer, words text);
  create table "Bulletins" (shop integer, address text, topic text);
  insert into shops values (1, 'One'), (2, 'Two'); insert into staff values (1, 1, 'a@x', true);
`;
const tables = ["shops", "staff", "Customers", "Places", "Visits", "Remarks", "Bulletins"] as const;

let name = "";
let url = "";
let client: pg.Client;
let system: System;
beforeAll(async () => {
  ({ name, url } = await createDatabase());
  client = new pg.Client({ connectionString: url });
  await client.connect();
  system = parseMap("shop.yml", map)[0] as System;
});
afterAll(async () => {
  await client.end();
  await dropDatabase(name);
});

type Customer = { "no.": number; shop: number | null; "Full Name": string; "e-mail": string | null };
type Place = { id: number; customer: number | null; street: string };
type Visit = {
  id: number;
  shop: number | null;
  customer: number | null;
  place: number | null;
  sketch: string;
  note: string;
};
type Bulletin = { shop: number | null; address: string | null; topic: string };
type World = { Customers: Customer[]; Places: Place[]; Visits: Visit[]; Bulletins: Bulletin[] };

const shop = fc.constantFrom(1, 1, 2, null);
const mail = fc.constantFrom(null, "a@x", "b@x", "c@x");
const world: fc.Arbitrary<World> = fc
  .record({
    customers: fc.array(fc.record({ shop, "e-mail": mail }), { minLength: 2, maxLength: 5 }),
    places: fc.array(fc.record({ customer: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }) }), {
      maxLength: 5,
    }),
    visits: fc.array(
      fc.record({
        shop,
        customer: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
        place: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
      }),
      { maxLength: 8 },
    ),
    bulletins: fc.array(fc.record({ shop, address: mail }), { maxLength: 5 }),
  })
  .map(({ customers, places, visits, bulletins }) => ({
    Customers: customers.map((one, at) => ({ "no.": at + 1, "Full Name": `Customer ${at}`, ...one })),
    Places: places.map((one, at) => ({ id: at + 1, street: `Street ${at}`, ...one })),
    Visits: visits.map((one, at) => ({ id: at + 1, sketch: `sketch ${at}`, note: `note ${at}`, ...one })),
    Bulletins: bulletins.map((one, at) => ({ topic: `topic ${at}`, ...one })),
  }));

async function store(given: World): Promise<void> {
  await client.query(schema);
  for (const [table, rows] of Object.entries(given)) {
    const quotedName = `"Shop Data".${pg.escapeIdentifier(table)}`;
    await client.query(`insert into ${quotedName} select * from json_populate_recordset(null::${quotedName}, $1)`, [
      JSON.stringify(rows),
    ]);
  }
  await client.query(`insert into "Remarks" select id, 'remark ' || id from "Visits"`);
}

async function contents(): Promise<Record<string, Record<string, unknown>[]>> {
  const all: Record<string, Record<string, unknown>[]> = {};
  for (const table of tables) {
    const { rows } = await client.query(`select to_jsonb(t) as row from "Shop Data".${pg.escapeIdentifier(table)} t`);
    all[table] = rows.map(({ row }) => row).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return all;
}
const sorted = (rows: object[]) => rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What should be left, for a client who is of shop 1. */
function expected(given: World, me: Customer): World {
  const mine = given.Places.filter(({ customer }) => customer === me["no."]);
  const isMine = (id: number | null) => mine.some((place) => place.id === id);
  const foreign = (visit: Visit) => visit.shop !== 1;
  const emptied = { "Full Name": null, "e-mail": null } as unknown as Customer;
  const shared = given.Customers.some((one) => one !== me && one["e-mail"] === me["e-mail"]);
  return {
    Customers: given.Customers.flatMap((one) => {
      if (one !== me) return [one];
      // Another shop's row points here, and is not this shop's to change: an empty row stays.
      const pointed = given.Visits.some((visit) => foreign(visit) && visit.customer === me["no."]);
      return pointed ? [{ ...one, ...emptied, shop: null }] : [];
    }),
    Places: given.Places.flatMap((place) => {
      if (!isMine(place.id)) return [place];
      const pointed = given.Visits.some((visit) => foreign(visit) && visit.place === place.id);
      return pointed ? [{ ...place, street: null as unknown as string, customer: null }] : [];
    }),
    Visits: given.Visits.map((visit) => {
      if (foreign(visit)) return visit;
      const place = isMine(visit.place) ? null : visit.place;
      if (visit.customer !== me["no."]) return { ...visit, place };
      return { ...visit, customer: null, place, sketch: null as unknown as string };
    }),
    Bulletins: given.Bulletins.flatMap((one) => {
      if (one.shop !== 1 || me["e-mail"] === null || one.address !== me["e-mail"]) return [one];
      return shared ? [{ ...one, address: null }] : [];
    }),
  };
}

/** A row that stays without what it said keeps its key; which of its other columns are empty is the engine's. */
const keysOfEmptied = (rows: Record<string, unknown>[], label: string) =>
  rows.map((row) => (row[label] === null ? { key: row["no."] ?? row.id } : row));

describe("a company erases one of its clients", () => {
  it("nothing of another company or another client changes, nothing of the client is left", async () => {
    let erased = 0;
    await fc.assert(
      fc.asyncProperty(world, fc.nat(4), async (given, pick) => {
        const me = given.Customers[pick % given.Customers.length] as Customer;
        // Whose client it is, is asked before (erase-client.test.ts).
        fc.pre(me.shop === 1);
        await store(given);
        const before = await contents();
        const order = clientOrder(system, { clientId: String(me["no."]), companyId: "1" });
        if (!order) throw new Error("the map knows clients");
        const { fates: shown } = await previewInSystem(url, order);
        expect(await contents()).toEqual(before);
        const { fates } = await eraseInSystem(url, order);
        expect(fates).toEqual(shown);
        const after = await contents();
        for (const same of ["shops", "staff", "Remarks"]) expect(after[same]).toEqual(before[same]);
        erased += 1;
        const wanted = expected(given, me);
        expect(keysOfEmptied(after.Customers ?? [], "Full Name")).toEqual(
          keysOfEmptied(sorted(wanted.Customers) as never, "Full Name"),
        );
        expect(keysOfEmptied(after.Places ?? [], "street").length).toBe(wanted.Places.length);
        expect(sorted(keysOfEmptied(after.Places ?? [], "street"))).toEqual(
          sorted(keysOfEmptied(wanted.Places as never, "street")),
        );
        expect(after.Visits).toEqual(sorted(wanted.Visits.map(asJson)));
        expect(after.Bulletins).toEqual(sorted(wanted.Bulletins.map(asJson)));
      }),
      { numRuns: Number(process.env.ERASURE_RUNS ?? 40) },
    );
    expect(erased).toBeGreaterThan(10);
  }, 240_000);
});

/** In the order of columns in which the database gives a row back as JSON. */
function asJson(row: object): object {
  const keys = Object.keys(row).toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, (row as Record<string, unknown>)[key]]));
}

describe("the map of clients", () => {
  const problems = (change: (text: string) => string) => {
    try {
      parseMap("shop.yml", change(map));
      return "";
    } catch (error) {
      if (!(error instanceof DataMapError)) throw error;
      return error.message;
    }
  };
  it.each<[string, (text: string) => string, RegExp]>([
    [
      "a collection that is not there",
      (t) => t.replace("collection: Customers,", "collection: Nobody,"),
      /there is no collection Nobody/,
    ],
    ["a column that is not there", (t) => t.replace("email: e-mail }", "email: mail }"), /Customers has no field mail/],
    ["rules without trust.clients", (t) => t.replace(/ +clients: \{.*\n/, ""), /the dataset has no trust\.clients/],
    [
      "clients of no company",
      (t) =>
        t.replace(
          "scope: company, company: shop, retention: account, erasure: delete, client: { role: owner, erasure: delete } }\n        fields:\n          - { name: no.,",
          "scope: company, retention: account, erasure: delete, client: { role: owner, erasure: delete } }\n        fields:\n          - { name: no.,",
        ),
      /needs `company`: whose client a row is/,
    ],
    [
      "rows that no link reaches",
      (t) =>
        t.replace(
          ", direction: from, trust: { scope: client } }] }, trust: { type: text } }",
          ", direction: to, trust: { scope: client } }] }, trust: { type: text } }",
        ),
      /no reference leads here from a client/,
    ],
    [
      "rows by an address, of no company",
      (t) =>
        t.replace(
          "scope: company, company: shop, retention: account, erasure: delete, client: { role: owner, erasure: delete } }\n        fields:\n          - { name: shop,",
          "scope: company, retention: account, erasure: delete, client: { role: owner, erasure: delete } }\n        fields:\n          - { name: shop,",
        ),
      /something else than a key/,
    ],
  ])("names %s", (_what, change, message) => {
    expect(change(map)).not.toBe(map);
    expect(problems(change)).toMatch(message);
  });
});
