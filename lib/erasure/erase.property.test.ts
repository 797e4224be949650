import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { build, expectAsJudged, type Given, read, store, worldArbitrary } from "@/test/random-platform";
import { anyHeld, type Held, heldIn, type KeptBack } from "../data-map/held";
import { leadingOracle } from "../data-map/leading-oracle";
import { type MemoryRow, oracle as reachOracle } from "../data-map/reach-oracle";
import type { Collection, Scope } from "../data-map/types";
import { withMembers } from "../data-map/with-members";
import type { Fate } from "./execute";
import { erasureOracle } from "./oracle";
import { eraseInSystem, previewInSystem } from "./run-system";

// Random schemas of 3 to 12 tables with random references, roles, rules, rows and holds: what the SQL leaves is what the plain
// oracle says, and in whatever it leaves nothing dangles and nothing of the person is found again.

let url = "";
let database = "";
let client: pg.Client;

beforeAll(async () => {
  ({ name: database, url } = await createDatabase());
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dropDatabase(database);
});

const heldSql =
  (given: Given) =>
  ({ name }: Collection, row: string): string | null => {
    const every = given[Number(name.slice(1))]?.held ?? 0;
    return every > 0 ? `${row}.id % ${every + 1} = 0` : null;
  };

let run = 0;

const second = { platformUserId: "2", platformCompanyId: null };
/** A hold on all that is of person 2, or on that in one collection, as the legal holds of the trust center are. */
const onSecondPerson = (collection: string | null): KeptBack => ({
  of: { scope: "person", subject: second, identities: new Map() },
  ...{ system: null, collection, from: null, until: null },
});

async function holds(given: Given, scope: Scope, kept: readonly KeptBack[]): Promise<number> {
  const schema = `e${run++}`;
  const world = build(given, schema, url);
  const ofSecond: ReturnType<typeof reachOracle> =
    kept.length > 0 ? reachOracle(world.system, world.memory, second, "person") : {};
  const isOnSecond = (collection: string, row: MemoryRow) =>
    kept.some((one) => (one.collection ?? collection) === collection) &&
    ofSecond[collection]?.has(Number(row.place)) === true;
  const isHeld = (collection: string, row: MemoryRow) => world.held(collection, row) || isOnSecond(collection, row);
  const heldNow = async (now: pg.ClientBase): Promise<Held> => {
    const ofRows: Held = heldSql(given);
    return anyHeld([await heldIn(now, world.system, kept), Object.assign(ofRows, { awaited: ofRows })]);
  };
  await store(client, world, schema);
  const subject = { platformUserId: "1", platformCompanyId: "1" };
  const order = {
    ...{ system: world.system, subject, scope, held: heldNow },
    ...{ identities: new Map<string, string[]>(), lastingKey: "k", proven: false },
  };
  const scoped = scope === "company" ? withMembers(world.system) : world.system;
  const { memory, links } = world;
  const leading = leadingOracle(scoped, memory, subject, scope, isHeld);
  for (const [row, columns] of leadingOracle(world.system, memory, second, "person", isOnSecond))
    leading.set(row, new Set([...(leading.get(row) ?? []), ...columns]));
  const expected = erasureOracle(scoped, memory, subject, scope, links, isHeld, leading);
  try {
    const before = await read(client, world.system);
    const previewed = await previewInSystem(url, order);
    expect(await read(client, world.system)).toEqual(before);
    const { fates } = await eraseInSystem(url, order);
    expect(previewed.fates).toEqual(fates);
    const after = await read(client, world.system);
    expectAsJudged(world, expected, before, after, scope);
    for (const { name } of world.system.collections) {
      const fate = fates.find(({ collection }) => collection === name);
      const wanted: Omit<Fate, "collection"> = { deleted: 0, anonymised: 0, unlinked: 0, reduced: 0, kept: 0, held: 0 };
      for (const { verdict } of expected[name] ?? [])
        if (verdict === "deleted" || verdict === "reduced" || verdict === "held") wanted[verdict]++;
      if (fate)
        expect({ ...fate, anonymised: 0, unlinked: 0, kept: 0 }).toMatchObject({
          ...wanted,
          anonymised: 0,
          unlinked: 0,
          kept: 0,
        });
    }
    // However often it comes, what is held is found by the hold again.
    await eraseInSystem(url, { ...order, proven: true });
    const later = await read(client, world.system);
    for (const { name } of world.system.collections)
      for (const [at, { verdict }] of (expected[name] ?? []).entries())
        if (verdict === "held") expect(later[name]?.get(at), `${name}/${at} later`).toEqual(before[name]?.get(at));
    return fates.reduce((sum, fate) => sum + fate.deleted + fate.unlinked + fate.reduced, 0);
  } finally {
    await client.query(`drop schema ${schema} cascade`);
  }
}

describe("erasure", () => {
  it.each(["person", "company"] as const)(
    "leaves what the plain oracle leaves (%s scope)",
    async (scope) => {
      let touched = 0;
      await fc.assert(
        fc.asyncProperty(worldArbitrary, fc.constantFrom("none", "all", 0, 1, 2, 3), async (given, hold) => {
          const one = typeof hold === "number" ? `t${hold % given.length}` : null;
          touched += await holds(given, scope, hold === "none" ? [] : [onSecondPerson(one)]);
        }),
        { numRuns: Number(process.env.ERASURE_RUNS ?? 60), endOnFailure: process.env.ERASURE_FAST === "1" },
      );
      expect(touched).toBeGreaterThan(50);
    },
    240_000,
  );
});
