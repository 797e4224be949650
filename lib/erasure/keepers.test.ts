import pg from "pg";
import { afterEach, expect, it, vi } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { heldIn, type KeptBack } from "../data-map/held";
import { homeSystem } from "../data-map/load";
import { eraseInSystem } from "./run-system";

// Person 1 is erased. They have notes of their own, and one message each with persons 2 to 9; others have only their own.

const open = strangerPerTest();
afterEach(async () => {
  vi.restoreAllMocks();
});

const whose = { refs: [from("people.id")] };
const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
  collection(
    "people",
    {},
    { id: ["integer", { pk: true }], mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
  ),
  collection(
    "notes",
    { since: "at" },
    { id: ["integer", { pk: true }], person: ["integer", whose], at: "timestamptz" },
  ),
  collection(
    "messages",
    { role: "shared" },
    { id: ["integer", { pk: true }], sender: ["integer", whose], receiver: ["integer", whose] },
  ),
]);
const schema = `
  create table people (id int primary key, mail text, closed timestamptz);
  create table notes (id int primary key, person int references people, at timestamptz);
  create table messages (id int primary key, sender int references people, receiver int references people);
  insert into people select n, 'p' || n || '@x.example' from generate_series(1, 2000) n;
  insert into notes select n, 1 + n % 2000, '2026-01-01' from generate_series(1, 4000) n;
  insert into messages select n, 1, n from generate_series(2, 9) n`;

const hold = (id: string, person: number | null, more: Partial<KeptBack> = {}): KeptBack => ({
  id,
  of:
    person === null
      ? null
      : {
          scope: "person",
          subject: { platformUserId: String(person), platformCompanyId: null },
          identities: new Map([["email", [`p${person}@x.example`]]]),
        },
  ...{ system: null, collection: null, from: null, until: null, ...more },
});
const strangers = (many: number) => Array.from({ length: many }, (_, at) => hold(`other ${at}`, 100 + at));

async function keptBy(kept: readonly KeptBack[]): Promise<{ keepers: string[]; tables: number }> {
  const { map: theirs, url } = await open({ schema, map });
  const system = homeSystem(theirs);
  const asked = vi.spyOn(pg.Client.prototype, "query");
  const { keptBy: keepers = [] } = await eraseInSystem(url, {
    ...{ system, scope: "person", subject: { platformUserId: "1", platformCompanyId: null }, kept },
    ...{ held: (client) => heldIn(client, system, kept), identities: new Map(), lastingKey: "k", proven: false },
  });
  const tables = asked.mock.calls.filter(([sql]) => /create temporary table "tc_keeper/.test(String(sql))).length;
  return { keepers, tables };
}

const instant = (text: string) => Temporal.Instant.from(`${text}T00:00:00Z`);

it("of many holds those that keep something are known, each by itself, and of no other", async () => {
  const kept = [
    ...strangers(40),
    hold("with 2", 2),
    hold("with 3, in another collection", 3, { collection: "notes" }),
    hold("with 4, in this one", 4, { collection: "messages" }),
    hold("notes, too late", 1, { collection: "notes", from: instant("2027-01-01") }),
    hold("notes, in time", 1, { collection: "notes", from: instant("2025-01-01"), until: instant("2026-06-01") }),
    ...strangers(30).map((one) => ({ ...one, id: `${one.id} again` })),
    hold("with 9", 9),
    hold("whoever's notes of then", null, { collection: "notes", until: instant("2026-06-01") }),
    hold("whoever's notes of before", null, { collection: "notes", until: instant("2025-06-01") }),
    hold("elsewhere", 2, { system: "another" }),
  ];
  const { keepers } = await keptBy(kept);
  expect(keepers.toSorted()).toEqual([
    "notes, in time",
    "whoever's notes of then",
    "with 2",
    "with 4, in this one",
    "with 9",
  ]);
});

it("holds on others are asked together: many of them cost little more than a few", async () => {
  const { keepers, tables } = await keptBy([...strangers(300), hold("with 2", 2)]);
  expect(keepers).toEqual(["with 2"]);
  expect(tables).toBeLessThan(40);
});
