import fc from "fast-check";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { countsFrom } from "@/lib/data-map/counts-from";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import {
  build as buildPlatform,
  expectAsJudged,
  fieldOf,
  type Rows,
  read,
  store,
  type World,
  worldArbitrary,
} from "@/test/random-platform";
import type { RetentionClass } from "../../trust-center.config";
import { systemCtx } from "../context";
import type { KeptBack } from "../data-map/held";
import { leadingOracle } from "../data-map/leading-oracle";
import { type Memory, type MemoryRow, oracle as reachOracle } from "../data-map/reach-oracle";
import type { Collection, Scope, System } from "../data-map/types";
import { withMembers } from "../data-map/with-members";
import { withoutCompany } from "../data-map/without-company";
import { withTransaction } from "../db/transaction";
import { type Expected, erasureOracle } from "../erasure/oracle";
import { onFaultPoint } from "../faults";
import { closeAccounts } from "./close-accounts";
import { beginSweep, endSweep } from "./ledger";
import type { RetentionRule } from "./rules";

// Random platforms on which accounts are closed, opened and closed again, held and released, at month ends, on leap days and a
// second before and after their time. Each account that a sweep ends is the one whose turn it is, and each row of the platform
// becomes what plain loops make of it; where nothing is due, nothing changes.

const database = testDatabase();
let url = "";
let name = "";
let client: pg.Client;

beforeAll(async () => {
  ({ name, url } = await createDatabase());
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set timezone = 'UTC'");
});
afterEach(() => onFaultPoint());
afterAll(async () => {
  await client.end();
  await dropDatabase(name);
});

/** Noons, so that no clock is put forward or back in between: what hours do is tested with the calendar itself. */
const closings = [
  "2023-11-30T12:00:00Z",
  "2024-01-31T12:00:00Z",
  "2024-02-29T12:00:00Z",
  "2024-08-31T12:00:00Z",
  "2024-12-31T12:00:00Z",
  "2027-02-28T12:00:00Z",
  "2028-02-29T12:00:00Z",
];
const periods = ["P90D", "P1M", "P3M", "P1Y", "P4Y", "P7Y", "P1M1D"];
const accountArbitrary = fc.record({ scope: fc.constantFrom<Scope>("company", "company", "person"), row: fc.nat(5) });
const stepArbitrary = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("close" as const), account: accountArbitrary, at: fc.nat(6) }) },
  // All of them, since what two share ends with the last one's time.
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("close all" as const), scope: fc.constantFrom<Scope>("company", "person") }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("open" as const), account: accountArbitrary }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("hold" as const), which: fc.nat(4) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("sweep" as const),
      /** Which of the times at which something becomes due, and how far from it. */
      due: fc.nat(5),
      off: fc.constantFrom(-1, 0, 0, 0, 1, 40 * 86_400),
      /** The account that is found first is opened, or closed anew, in the last moment. */
      meanwhile: fc.constantFrom(null, null, null, null, "opened" as const, "closed anew" as const),
      /** The process dies there once, and the sweep is gone on with. */
      dies: fc.constantFrom(null, null, null, "retention.account-noted", "retention.account-lasting"),
    }),
  },
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

const classArbitrary = fc.record({
  retention: fc.constantFrom<RetentionClass>("account", "account", "account", "account", "work-orders", "usage"),
  until: fc.constantFrom<(RetentionClass | undefined)[]>(undefined, "account", "work-orders"),
});
const lifeArbitrary = fc.record({
  tables: worldArbitrary,
  classes: fc.array(classArbitrary, { minLength: 12, maxLength: 12 }),
  periods: fc.record({ account: fc.constantFrom(...periods), "work-orders": fc.constantFrom(...periods) }),
  zone: fc.constantFrom("UTC", "Europe/Berlin"),
  // What nobody ever closed is never due.
  steps: fc.tuple(
    fc.record({ do: fc.constant("close" as const), account: accountArbitrary, at: fc.nat(6) }),
    fc.array(stepArbitrary, { minLength: 4, maxLength: 10 }),
  ),
});
type Life = typeof lifeArbitrary extends fc.Arbitrary<infer T> ? T : never;

const tables: Record<Scope, string> = { person: "t0", company: "t1" };

/** The same platform, on which people (t0) and companies (t1) have a time at which their account was closed. */
function build({ tables: given, classes }: Life, schema: string): World {
  const world = buildPlatform(given, schema, url);
  const { system } = world;
  const collections = system.collections.map((collection, at): Collection => {
    const { retention = "account", until } = classes[at] ?? {};
    const kept = (scope: Scope) => ({ ...collection.erasure[scope], ...(until ? { until } : {}) });
    return {
      ...collection,
      retention,
      erasure: { person: kept("person"), company: kept("company") },
      fields: at < 2 ? [...collection.fields, fieldOf("closed", "timestamptz")] : collection.fields,
    };
  });
  return {
    ...world,
    system: {
      ...system,
      person: system.person && { ...system.person, closed: "closed" },
      company: system.company && { ...system.company, closed: "closed" },
      collections,
    },
  };
}

/** Holds that come and go: on one of the people, on a company, on whatever is in a table. */
function holdOf(which: number): KeptBack {
  const anywhere = { system: null, collection: null, from: null, until: null };
  const of = (scope: Scope, person: string, company: string | null): KeptBack => ({
    of: { scope, subject: { platformUserId: person, platformCompanyId: company }, identities: new Map() },
    ...anywhere,
  });
  return (
    [of("person", "2", null), of("person", "1", null), of("company", "", "1"), of("company", "", "2")][which] ?? {
      of: null,
      ...{ ...anywhere, collection: "t2" },
    }
  );
}

/** When a period is over: its last hour, and where there is no such day the end of that month. */
function over(closed: Temporal.Instant, period: string, zone: string): Temporal.Instant {
  const start = closed.toZonedDateTimeISO(zone);
  const { years, months, days } = Temporal.Duration.from(period);
  const month = start.add({ years, months });
  if (month.day === start.day) return month.add({ days }).toInstant();
  return month
    .startOfDay()
    .add({ days: days + 1 })
    .toInstant();
}

type Account = { scope: Scope; id: string; closed: Temporal.Instant; alone: boolean };
/** What is remembered of an account that was seen to. */
type Seen = { closed: string; classes: string[]; again: Temporal.Instant | null };

const closedOf = (row: MemoryRow): Temporal.Instant | null => {
  const value = row.closed as unknown as Date | null;
  return value && value.getUTCFullYear() < 9999 ? Temporal.Instant.from(value.toISOString()) : null;
};
const memoryOf = (rows: Rows): Memory =>
  Object.fromEntries(
    Object.entries(rows).map(([table, all]) => [
      table,
      [...all].toSorted(([a], [b]) => a - b).map(([place, row]) => ({ ...row, place })),
    ]),
  );

/** One life of a platform: its steps as they come, beside a model of what every sweep has to do. */
async function live(life: Life): Promise<{ ended: number; deleted: number; spared: number }> {
  const schema = `c${run++}`;
  const world = build(life, schema);
  const { system } = world;
  const seen = new Map<string, Seen>();
  const holds = new Set<number>();
  const done = { ended: 0, deleted: 0, spared: 0 };
  let now = Temporal.Instant.from("2024-01-01T00:00:00Z");
  const rules = (["account", "work-orders"] as const).map(
    (rule): RetentionRule => ({ name: rule, label: rule, period: life.periods[rule], from: "account closure" }),
  );
  await store(client, world, schema);

  const accountsOf = (rows: Rows, scope: Scope): Account[] =>
    [...(rows[tables[scope]]?.values() ?? [])].flatMap((row) => {
      const closed = closedOf(row);
      const account = { scope, id: String(row.id) };
      return closed ? [{ ...account, closed, alone: isAlone(account, rows) }] : [];
    });
  const isOver = ({ closed }: Pick<Account, "closed">, rule: string, at: Temporal.Instant) => {
    const period = rules.find((one) => one.name === rule)?.period;
    return period !== undefined && Temporal.Instant.compare(over(closed, period, life.zone), at) <= 0;
  };
  /** A person's, and no company's: of somebody in none also what is of those. */
  const isTheirs = ({ name: table, scope }: Collection, alone = false) =>
    scope === "person" || table === "t0" || (alone && isAlones(table));
  const isAlones = (table: string) =>
    withoutCompany({ systems: [system] }).systems[0]?.collections.find((one) => one.name === table)?.scope === "person";
  const isAlone = ({ scope, id }: Pick<Account, "scope" | "id">, rows: Rows) => {
    const person = [...(rows.t0?.values() ?? [])].find((row) => String(row.id) === id);
    return scope === "person" && ![...(rows.t1?.values() ?? [])].some((row) => row.id === person?.company);
  };
  const ofPeople = system.collections[0]?.retention;
  const isClosing = (rule: string) => rule === "account" || rule === "work-orders";
  /** What has all to be over: the own class, and that until which the map keeps it; with a company also what it keeps of a person. */
  const classesOf = ({ retention, erasure }: Collection, scope: Scope): string[] => {
    if (!isClosing(retention)) return [];
    const kept = (scope === "company" ? [erasure.person, erasure.company] : [erasure.person]).filter(
      ({ action }) => action === "keep",
    );
    return [retention, ...kept.flatMap(({ until }) => until ?? [])];
  };
  const isAnyClosing = system.collections.some(({ retention }) => isClosing(retention));
  /** A person's account ends with its own class and with those of what is theirs alone, a company's with each; where nothing does, none ends. */
  const rulesOf = ({ scope, alone }: Pick<Account, "scope" | "alone">) =>
    ["account", "work-orders"].filter(
      (rule) =>
        isAnyClosing &&
        (scope === "company" ||
          rule === ofPeople ||
          system.collections.some((one) => isTheirs(one, alone) && classesOf(one, scope).includes(rule))),
    );
  const dueClasses = (account: Account, at: Temporal.Instant) =>
    rulesOf(account).filter((rule) => isOver(account, rule, at));
  const isDueFor = (collection: Collection, { scope, alone }: Account, classes: readonly string[]) => {
    const ends = scope === "company" || isTheirs(collection, alone) || collection.retention === ofPeople;
    const needed = classesOf(collection, scope);
    return ends && needed.length > 0 && needed.every((rule) => classes.includes(rule));
  };
  /** Members of a company who were closed later than it. */
  const lateMembers = (rows: Rows, company: Account): Account[] =>
    company.scope === "person"
      ? []
      : accountsOf(rows, "person").filter(({ id, closed }) => {
          const person = [...(rows.t0?.values() ?? [])].find((row) => String(row.id) === id);
          return String(person?.company) === company.id && Temporal.Instant.compare(closed, company.closed) > 0;
        });

  /** The accounts whose turn it is in a sweep, as the platform is when their scope begins. */
  const due = (rows: Rows, scope: Scope, at: Temporal.Instant): Account[] =>
    accountsOf(rows, scope)
      .filter((account) => dueClasses(account, at).length > 0)
      .filter((account) => {
        if (scope === "company") return true;
        const person = [...(rows.t0?.values() ?? [])].find(({ id }) => String(id) === account.id);
        // Their company takes them along if it was closed no earlier, for what it is due for too.
        const company = accountsOf(rows, "company").find(
          ({ id, closed }) => id === String(person?.company) && Temporal.Instant.compare(closed, account.closed) >= 0,
        );
        return dueClasses(account, at).some((rule) => !company || !isOver(company, rule, at));
      })
      .filter((account) => {
        const known = seen.get(`${account.scope} ${account.id}`);
        if (known?.closed !== account.closed.toString() || known.classes.length === 0) return true;
        if (dueClasses(account, at).some((rule) => !known.classes.includes(rule))) return true;
        return known.again !== null && Temporal.Instant.compare(known.again, at) <= 0;
      })
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));

  /** What becomes of every row when an account ends. */
  const judge = (before: Rows, account: Account, at: Temporal.Instant): Expected => {
    const memory = memoryOf(before);
    const classes = dueClasses(account, at);
    const atEnd: System = {
      ...system,
      collections: system.collections.map((collection) => ({
        ...collection,
        scope: account.alone && isAlones(collection.name) ? "person" : collection.scope,
        erasure:
          isDueFor(collection, account, classes) &&
          (account.scope === "company" ||
            (isTheirs(collection, account.alone) &&
              (collection.erasure.person.action === "keep" || collection.retention !== ofPeople)))
            ? { ...collection.erasure, [account.scope]: { action: "delete" } }
            : collection.erasure,
        // Its other periods count from when it was closed.
        fields: collection.fields.map((field) =>
          collection.name === tables[account.scope] && field.name === "closed"
            ? { ...field, erasure: { action: "keep" as const } }
            : field,
        ),
      })),
    };
    const keeping = [...holds].map((which) => {
      const { of, collection } = holdOf(which);
      const reached = of
        ? reachOracle(of.scope === "company" ? withMembers(system) : system, memory, of.subject, of.scope)
        : null;
      return (table: string, row: MemoryRow) =>
        reached ? reached[table]?.has(memory[table]?.indexOf(row) ?? -1) === true : table === collection;
    });
    const late = lateMembers(before, account).map(({ id }) =>
      reachOracle(atEnd, memory, { platformUserId: id, platformCompanyId: null }, "person"),
    );
    /** What says a company that is there, in what ends with nobody but those in none. */
    const isOfCompany = (table: string, row: MemoryRow) => {
      const one = system.collections.find(({ name: each }) => each === table);
      if (!one?.companyField || isTheirs(one)) return false;
      if (one.retention === ofPeople && one.erasure.person.action !== "keep") return false;
      return [...(before.t1?.values() ?? [])].some(({ id }) => id === row.company);
    };
    const isElsewhere = (table: string, row: MemoryRow) =>
      (account.alone && isOfCompany(table, row)) ||
      (system.collections.some((one) => one.name === table && isTheirs(one)) &&
        late.some((reached) => reached[table]?.get(memory[table]?.indexOf(row) ?? -1) === "owner"));
    const isHeld = (table: string, row: MemoryRow) => {
      const collection = system.collections.find((one) => one.name === table);
      return !collection || !isDueFor(collection, account, classes) || isKept(table, row) || isElsewhere(table, row);
    };
    const isKept = (table: string, row: MemoryRow) => keeping.some((keeps) => keeps(table, row));
    const subject =
      account.scope === "company"
        ? { platformUserId: "", platformCompanyId: account.id }
        : { platformUserId: account.id, platformCompanyId: null };
    const scoped = account.scope === "company" ? withMembers(atEnd) : atEnd;
    const later = (collection: Collection) =>
      (account.scope === "company" || isTheirs(collection, account.alone) || collection.companyField === null) &&
      !isDueFor(collection, account, classes) &&
      countsFrom(collection.retention) === "account closure";
    /** Of whom everything that is due is due, too. */
    const over = (needed: readonly string[]) =>
      accountsOf(before, account.scope).filter(
        (one) => needed.every((rule) => isOver(one, rule, at)) && (!account.alone || one.alone),
      );
    const isOfOver = (of: Collection, table: string, row: MemoryRow) => {
      const above = new Set([of.name]);
      for (let count = 0; count !== above.size; ) {
        count = above.size;
        for (const { child, parent } of world.links) if (above.has(parent)) above.add(child);
      }
      const more = atEnd.collections
        .filter((one) => above.has(one.name))
        .flatMap((one) => classesOf(one, account.scope));
      const needed = [...classes, ...rules.map((rule) => rule.name).filter((rule) => more.includes(rule))];
      const { companyField } = system.collections.find((one) => one.name === table) ?? {};
      const by =
        table === tables[account.scope] ? row.id : account.scope === "company" && companyField ? row.company : null;
      const mine = over(needed).find(({ id }) => id === String(by));
      const late = table === "t0" ? closedOf(row) : null;
      // A member who was closed later ends apart.
      const isLate = account.scope === "company" && mine && late && Temporal.Instant.compare(late, mine.closed) > 0;
      return by !== null && mine !== undefined && !isLate;
    };
    const isAwaited = (table: string, row: MemoryRow) => isKept(table, row) || isElsewhere(table, row);
    const leading = leadingOracle(scoped, memory, subject, account.scope, isAwaited);
    const expected = erasureOracle(
      scoped,
      memory,
      subject,
      account.scope,
      world.links,
      isHeld,
      leading,
      later,
      isOfOver,
    );
    // Nothing holds it, and nothing comes again because of it.
    for (const [table, rows] of Object.entries(expected))
      for (const [place, one] of rows.entries())
        if (one.verdict === "held" && isElsewhere(table, memory[table]?.[place] ?? {})) one.verdict = "untouched";
    return expected;
  };

  const remember = (account: Account, expected: Expected, at: Temporal.Instant) => {
    const key = `${account.scope} ${account.id}`;
    const classes = dueClasses(account, at);
    const verdicts = system.collections
      .filter((collection) => isDueFor(collection, account, classes))
      .flatMap(({ name: table }) => (expected[table] ?? []).map(({ verdict }) => ({ table, verdict })));
    const has = (what: string) => verdicts.some(({ verdict }) => verdict === what);
    const isGone = verdicts.some(({ table, verdict }) => table === tables[account.scope] && verdict === "deleted");
    const again = has("held") ? at : has("reduced") ? at.add({ hours: 24 * 30 }) : null;
    if (isGone && !again) seen.delete(key);
    else seen.set(key, { closed: account.closed.toString(), classes, again });
    return verdicts.filter(({ verdict }) => verdict === "deleted");
  };

  const setClosed = (scope: Scope, id: string, at: string | null) =>
    client.query(`update ${schema}.${tables[scope]} set closed = $2 where id = $1`, [
      Number(id),
      // What is open is not always null.
      at ?? (Number(id) % 2 === 0 ? "9999-12-31" : null),
    ]);

  async function sweep(step: Extract<Step, { do: "sweep" }>): Promise<void> {
    const start = await read(client, system);
    const times = (["company", "person"] as const)
      .flatMap((scope) => accountsOf(start, scope))
      .flatMap(({ closed }) => rules.map(({ period }) => over(closed, period, life.zone)))
      .concat(now)
      .toSorted(Temporal.Instant.compare);
    const chosen = (times[step.due % times.length] ?? now).add({ seconds: step.off });
    now = Temporal.Instant.compare(chosen, now) > 0 ? chosen : now.add({ seconds: 1 });
    const at = now;
    const ctx = systemCtx("test", () => at);
    const deleted: { table: string }[] = [];
    const queues: Partial<Record<Scope, Account[]>> = {};
    let before = start;
    let turn: { account: Account; expected: Expected | null } | null = null;
    let meanwhile = step.meanwhile;
    let dies = step.dies;
    const next = (rows: Rows): Account | null => {
      for (const scope of ["company", "person"] as const) {
        queues[scope] ??= due(rows, scope, at);
        const account = queues[scope]?.shift();
        if (account) return account;
      }
      return null;
    };
    const settle = async () => {
      if (!turn) return;
      const after = await read(client, system);
      const { account, expected } = turn;
      turn = null;
      if (expected) {
        expectAsJudged(world, expected, before, after, `${account.scope} ${account.id}`);
        const left = [...(after[tables[account.scope]]?.values() ?? [])].find(({ id }) => String(id) === account.id);
        if (left) expect(closedOf(left)?.toString(), "its other periods still count").toBe(account.closed.toString());
        deleted.push(...remember(account, expected, at));
        done.ended++;
      } else {
        expect(after, "nothing is done to an account that is open again").toEqual(before);
        seen.delete(`${account.scope} ${account.id}`);
        done.spared++;
      }
      before = after;
    };
    onFaultPoint(async (point) => {
      if (point === "retention.account-found") {
        await settle();
        before = await read(client, system);
        const account = next(before);
        if (!account) throw new Error("it found an account whose turn it is not");
        if (meanwhile)
          await setClosed(account.scope, account.id, meanwhile === "opened" ? null : (closings[6] ?? null));
        if (meanwhile) before = await read(client, system);
        meanwhile = null;
        const row = [...(before[tables[account.scope]]?.values() ?? [])].find(({ id }) => String(id) === account.id);
        const isStill = row !== undefined && closedOf(row)?.equals(account.closed) === true;
        turn = { account, expected: isStill ? judge(before, account, at) : null };
      }
      if (point === dies) {
        dies = null;
        // What did not last is done again; what lasted is settled as if the process had lived.
        if (point === "retention.account-noted") turn = null;
        throw new Error("died");
      }
    });
    const kept = async () => [...holds].map(holdOf);
    const close = async () => {
      const one = await beginSweep(ctx);
      if (!one) throw new Error("no sweep");
      try {
        expect(await closeAccounts(ctx, one, { systems: [system] }, { rules, zone: life.zone, kept })).toEqual([]);
        await endSweep(ctx, one, null);
      } catch (error) {
        await endSweep(ctx, one, "died");
        throw error;
      }
      return one;
    };
    let one: Awaited<ReturnType<typeof beginSweep>>;
    try {
      one = await close();
    } catch (error) {
      if ((error as Error).message !== "died") throw error;
      await settle();
      for (const scope of ["company", "person"] as const) if (queues[scope]) delete queues[scope];
      one = await close();
    }
    await settle();
    onFaultPoint();
    expect(await read(client, system), "what nobody was due in").toEqual(before);
    expect(next(before), "an account whose turn it was").toBeNull();
    const runs = await withTransaction(ctx, (tx) =>
      tx.db.query.retentionRuns.findMany({ where: (t, { eq }) => eq(t.sweepId, one?.id ?? "") }),
    );
    for (const { name: table, retention } of system.collections) {
      const found = runs.find(({ collection }) => collection === table);
      if (retention === "usage") expect(found).toBeUndefined();
      else
        expect({ ...found }, table).toMatchObject({
          deleted: deleted.filter((each) => each.table === table).length,
          failure: null,
        });
    }
    done.deleted += deleted.length;
  }

  try {
    for (const step of life.steps.flat() as Step[]) {
      if (step.do === "hold") holds.has(step.which) ? holds.delete(step.which) : holds.add(step.which);
      else if (step.do === "sweep") await sweep(step);
      else if (step.do === "close all") {
        for (const [at] of (life.tables[step.scope === "person" ? 0 : 1]?.rows ?? []).entries())
          await setClosed(step.scope, String(at + 1), closings[at % 3] ?? null);
      } else {
        const rows = life.tables[step.account.scope === "person" ? 0 : 1]?.rows.length ?? 1;
        const id = String((step.account.row % rows) + 1);
        await setClosed(step.account.scope, id, step.do === "close" ? (closings[step.at] ?? null) : null);
      }
    }
    return done;
  } finally {
    onFaultPoint();
    await client.query(`drop schema ${schema} cascade`);
    await database.sql`truncate retention_sweeps, retention_runs, retention_closures`;
  }
}

let run = 0;

describe("closing accounts by their age", () => {
  it(
    "does to each account in its turn what plain loops do, and nothing to any other",
    async () => {
      const sum = { ended: 0, deleted: 0, spared: 0 };
      await fc.assert(
        fc.asyncProperty(lifeArbitrary, async (life) => {
          const { ended, deleted, spared } = await live(life);
          sum.ended += ended;
          sum.deleted += deleted;
          sum.spared += spared;
        }),
        { numRuns: Number(process.env.CLOSING_RUNS ?? 40), endOnFailure: process.env.CLOSING_FAST === "1" },
      );
      if (process.env.CLOSING_RUNS) console.log(sum);
      expect(sum.ended).toBeGreaterThan(20);
      expect(sum.deleted).toBeGreaterThan(20);
      if (!process.env.CLOSING_RUNS) expect(sum.spared).toBeGreaterThan(0);
    },
    Number(process.env.CLOSING_RUNS ? 3_000_000 : 240_000),
  );
});
