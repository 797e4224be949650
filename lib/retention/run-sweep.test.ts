import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { systemCtx } from "../context";
import { homeSystem } from "../data-map/load";
import { patience, takeTurn } from "../erasure/one-at-a-time";
import { onFaultPoint } from "../faults";
import { beginSweep, endSweep } from "./ledger";
import { makeUpSweep } from "./make-up-sweep";
import { retentionNow } from "./queries";
import { runSweep, SweepRefused, sweepOrWait } from "./run-sweep";
import { sweepSystem } from "./sweep-system";

// Operno's own map and periods on the demo's platform; each test has a copy of it.

const database = testDatabase();
const platform = demoPlatformPerTest();
// Some of the demo's people left already.
beforeEach(() => platform.client.query("update users set closed_at = null"));
afterEach(async () => {
  onFaultPoint();
  // Each test's platform is another one, and so are its sweeps.
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

const start = Temporal.Instant.from("2027-03-01T12:00:00Z");
const at = (moment: Temporal.Instant) => systemCtx("test", () => moment);
const later = (period: string, seconds = 0) => start.toZonedDateTimeISO("UTC").add(period).add({ seconds }).toInstant();
const sweep = (moment: Temporal.Instant) => runSweep(at(moment), { watch: false });

const count = async (what: string, values: unknown[] = []) => {
  const { rows } = await platform.client.query<{ n: number }>(`select count(*)::int as n from ${what}`, values);
  return rows[0]?.n ?? -1;
};
const runsOf = async (sweepId = "") =>
  database.sql`select * from retention_runs where sweep_id = ${sweepId} order by system, rule, collection`;
const runOf = async (sweepId: string | undefined, collection: string) =>
  (await runsOf(sweepId)).find((run) => run.collection === collection);

/** Everything of the platform but the tables named, as text. */
async function contents(but: string[]): Promise<string[]> {
  const { rows } = await platform.client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const all: string[] = [];
  for (const { name } of rows.filter((one) => !but.includes(one.name)))
    all.push(
      ...(
        await platform.client.query<{ row: string }>(`select '${name} ' || to_jsonb(t)::text as row from ${name} t`)
      ).rows.map(({ row }) => row),
    );
  return all.sort();
}

async function aCompany() {
  const { rows } = await platform.client.query(
    "select c.id, (select count(*)::int from users u where u.company_id = c.id) as people from companies c order by c.created_at, c.id limit 1",
  );
  return rows[0] as { id: string; people: number };
}
const close = (id: string, moment: Temporal.Instant | null) =>
  platform.client.query("update companies set closed_at = $2 where id = $1", [id, moment?.toString() ?? null]);

describe("rows that are due by their age", () => {
  it("go on time to the second, whoever's they are, and nothing else changes", async () => {
    const stays = [
      "usage_events",
      "access_logs",
      "error_reports",
      "user_sessions",
      "devices",
      "platform_messages",
      "notifications",
    ];
    const others = await contents([...stays, "support_conversations", "support_messages"]);
    await platform.client.query("update access_logs set logged_at = $1 where id = (select min(id) from access_logs)", [
      start.toZonedDateTimeISO("UTC").subtract({ years: 2 }).toInstant().toString(),
    ]);
    const before = await count("access_logs");
    const [early, done] = [await sweep(start.subtract({ seconds: 1 })), await sweep(start)];
    expect(await runOf(early?.sweepId, "access_logs")).toMatchObject({ deleted: "0" });
    expect(await runOf(done?.sweepId, "access_logs")).toMatchObject({
      deleted: "1",
      held: "0",
      waiting: "0",
      left_over: "0",
      failure: null,
    });
    expect(await count("access_logs")).toBe(before - 1);
    expect(await contents([...stays, "support_conversations", "support_messages"])).toEqual(others);
  });

  it("a partition that is over goes as one, and the next one row by row", async () => {
    const [before, first] = [await count("usage_events"), await sweep(Temporal.Instant.from("2027-08-10T00:00:00Z"))];
    const run = await runOf(first?.sweepId, "usage_events");
    expect(run?.partitions).toBeGreaterThan(0);
    expect(await count("pg_inherits i where i.inhparent = 'usage_events'::regclass")).toBe(
      24 - Number(run?.partitions),
    );
    expect(Number(run?.deleted)).toBeGreaterThan(0);
    expect(await count("usage_events where occurred_at <= $1", ["2025-08-10T00:00:00Z"])).toBe(0);
    // The statistics were fresh, so even the estimate is exact.
    expect(await count("usage_events")).toBe(before - Number(run?.deleted) - Number(run?.estimated));
  });

  it("a conversation waits for its last message, and goes with it", async () => {
    const { rows } = await platform.client.query<{ id: string }>(
      "select c.id from support_conversations c where exists (select 1 from support_messages m where m.conversation_id = c.id) order by 1 limit 1",
    );
    const id = rows[0]?.id;
    await platform.client.query("update support_conversations set opened_at = $2 where id = $1", [
      id,
      "2024-03-01T11:00:00Z",
    ]);
    await platform.client.query("update support_messages set sent_at = $2 where conversation_id = $1", [
      id,
      "2024-03-01T13:00:00Z",
    ]);
    const waits = await sweep(start);
    const waitingFor = { support_messages: 1 };
    expect(await runOf(waits?.sweepId, "support_conversations")).toMatchObject({
      ...{ deleted: "0", waiting: "1", waiting_for: waitingFor },
    });
    const goes = await sweep(later("PT2H"));
    expect(await runOf(goes?.sweepId, "support_conversations")).toMatchObject({ deleted: "1", waiting: "0" });
    expect(await count("support_messages where conversation_id = $1", [id])).toBe(0);
  });

  it("R14: the time is the trust center's; neither the platform's clock nor this process's counts", async () => {
    // By both of these clocks everything in the demo is young.
    const far = await sweep(later("P20Y"));
    expect(await count("access_logs")).toBe(0);
    const [row] = await database.sql`select at from retention_sweeps where id = ${far?.sweepId ?? ""}`;
    expect(Temporal.Instant.from(row?.at.toISOString()).equals(later("P20Y"))).toBe(true);
  });

  it("R14: by a clock that runs days ahead of the platform's nothing goes, which is said", async () => {
    const { id, people } = await aCompany();
    await close(id, Temporal.Now.instant().subtract({ hours: 24 * 365 }));
    await database.sql`insert into retention_sweeps (id, kind, at, policy_number, active_at, failed_at)
      values (gen_random_uuid(), 'sweep', now() + interval '20 years', 0, now(), now())`;
    const before = await count("access_logs");
    await expect(runSweep(systemCtx("test"), { watch: false })).rejects.toThrow(
      /operno: the trust center's clock is \d+ hours ahead/,
    );
    expect(await count("access_logs")).toBe(before);
    expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(people);
  });

  it("go in batches that shrink when one took long, and a way on which nothing is due is not written down", async () => {
    await platform.client.query(
      `insert into access_logs (id, company_id, method, path, status, logged_at)
       select 50000000 + n, (select id from companies limit 1), 'GET', '/', 200, timestamptz '2024-01-01' + n * interval '1 second'
       from generate_series(1, 12000) n; analyze access_logs`,
    );
    const whole = homeSystem();
    const system = {
      ...{ ...whole, edges: [], impersonal: [] },
      collections: whole.collections.filter(({ name }) => name === "access_logs"),
    };
    const ctx = at(later("P3M"));
    const one = await beginSweep(ctx);
    if (!one) throw new Error("no sweep");
    const after: number[] = [];
    let tried = 0;
    onFaultPoint(async (name) => {
      // As if the first ones took so long there.
      if (name === "retention.deleted" && ++tried <= 2) await new Promise((done) => setTimeout(done, 900));
      if (name !== "retention.lasting") return;
      const [run] = await database.sql`select deleted::int as deleted from retention_runs where sweep_id = ${one.id}`;
      after.push(run?.deleted);
    });
    const rules = [{ name: "usage" as const, label: "Usage", period: "P2Y", from: "creation" as const }];
    const options = { kept: async () => [], zone: "UTC", rules, watch: false };
    expect(await sweepSystem(ctx, one, system, options)).toEqual([]);
    const sizes = after.map((deleted, nth) => deleted - (after[nth - 1] ?? 0));
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.min(...sizes.slice(0, 3))).toBeLessThan(2000);
    expect(Math.max(...sizes)).toBeGreaterThan(3000);
    expect(await count("access_logs where id > 50000000")).toBe(0);
    await endSweep(ctx, one, null);
    const next = await beginSweep(at(later("P3M", 1)));
    const before = tried;
    expect(next && (await sweepSystem(ctx, next, system, options))).toEqual([]);
    expect(tried).toBeGreaterThan(before);
    expect(after).toHaveLength(sizes.length);
  });

  it("a row that somebody holds locked is left over, and goes at the next sweep", async () => {
    await platform.client.query(
      "begin; select 1 from access_logs where id = (select min(id) from access_logs) for update",
    );
    const first = await sweep(later("P10Y"));
    await platform.client.query("rollback");
    expect(await runOf(first?.sweepId, "access_logs")).toMatchObject({ left_over: "1", failure: null });
    expect(await count("access_logs")).toBe(1);
    await sweep(later("P10Y", 60));
    expect(await count("access_logs")).toBe(0);
  });
});

describe("a company that was closed", () => {
  it("loses its account data after 90 days and its work orders after 7 years; others lose nothing", async () => {
    const { id, people } = await aCompany();
    await close(id, start);
    const kept = ["users", "companies", "user_addresses"];
    await sweep(later("P90D", -1));
    expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(people);
    const before = await contents(kept);
    const orders = await count("work_orders where company_id = $1", [id]);
    const done = await sweep(later("P90D"));
    expect(await runOf(done?.sweepId, "users")).toMatchObject({ rule: "account", failure: null });
    expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(0);
    expect(await count("users where company_id <> $1 and email like 'erased-%'", [id])).toBe(0);
    expect(await contents(kept)).toEqual(before);
    // When it was closed is still known, since seven years count from it.
    const { rows } = await platform.client.query("select name, closed_at from companies where id = $1", [id]);
    expect(rows[0]?.name).toMatch(/^erased-/);
    expect(Temporal.Instant.from(rows[0]?.closed_at.toISOString()).equals(start)).toBe(true);
    // It is not done again.
    const again = await sweep(later("P91D"));
    expect(await runOf(again?.sweepId, "users")).toMatchObject({ accounts: "0", emptied: "0", deleted: "0" });
    await sweep(later("P7Y", -1));
    expect(await count("work_orders where company_id = $1", [id])).toBe(orders);
    const last = await sweep(later("P7Y"));
    expect(await runOf(last?.sweepId, "work_orders")).toMatchObject({ rule: "work-orders", deleted: String(orders) });
    expect(await count("work_orders where company_id = $1", [id])).toBe(0);
    expect(await count("companies where id = $1", [id])).toBe(0);
    expect(await count("users where company_id = $1", [id])).toBe(0);
    expect(await database.sql`select 1 from retention_closures`).toHaveLength(0);
    expect(await count("work_orders")).toBeGreaterThan(0);
  });

  it("counts anew when it was opened and closed again", async () => {
    const { id, people } = await aCompany();
    await close(id, start);
    await sweep(later("P89D"));
    await close(id, null);
    await sweep(later("P100D"));
    expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(people);
    await close(id, later("P100D"));
    await sweep(later("P189D"));
    expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(people);
    await sweep(later("P190D"));
    expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(0);
  });

  it("opened in the last moment, it keeps everything", async () => {
    const { id, people } = await aCompany();
    await close(id, start);
    onFaultPoint(async (point) => {
      // After the account was found and before it is erased.
      if (point === "retention.account-found") await close(id, null);
    });
    await sweep(later("P90D"));
    expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(people);
    expect(await database.sql`select 1 from retention_closures`).toHaveLength(0);
  });

  it("one person who left goes alone, with what is theirs", async () => {
    const { id } = await aCompany();
    const { rows } = await platform.client.query(
      "select u.id from users u where company_id = $1 and role = 'technician' and exists (select 1 from devices d where d.user_id = u.id) order by id limit 1",
      [id],
    );
    const user = rows[0]?.id;
    await platform.client.query("update users set closed_at = $2 where id = $1", [user, start.toString()]);
    await sweep(later("P90D", -1));
    const before = await contents(["users", "user_addresses"]);
    await sweep(later("P90D"));
    const { rows: left } = await platform.client.query("select email, full_name, closed_at from users where id = $1", [
      user,
    ]);
    expect(left[0]?.email).toMatch(/^erased-/);
    expect(left[0]?.full_name).toBeNull();
    expect(Temporal.Instant.from(left[0]?.closed_at.toISOString()).equals(start)).toBe(true);
    expect(await count("users where email like 'erased-%'")).toBe(1);
    expect(await contents(["users", "user_addresses"])).toEqual(before);
  });
});

describe("the records", () => {
  it("S31: hold counts and names of tables alone, and an audit entry", async () => {
    const { id } = await aCompany();
    await close(id, start);
    const done = await sweep(later("P1Y"));
    const all = JSON.stringify([
      await database.sql`select * from retention_sweeps`,
      await runsOf(done?.sweepId),
      await database.sql`select * from retention_closures`,
    ]);
    expect(all).not.toContain(id);
    const [entry] = await database.sql`
      select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.action = 'retention.swept' and e.object_id = ${done?.sweepId ?? ""}`;
    expect(Number(entry?.payload.deleted)).toBeGreaterThan(0);
    const run = await runOf(done?.sweepId, "access_logs");
    expect(run?.ages).toHaveLength(11);
    const ages: number[] = run?.ages ?? [];
    expect(ages.reduce((sum, rows) => sum + rows, 0)).toBe(await count("access_logs"));
    expect(run?.oldest).not.toBeNull();
  });

  it("add up to the accounts that are closed, people and companies, each once", async () => {
    const closed = async (rule: string) => {
      const found = (await retentionNow(() => start)).rules.find(({ name }) => name === rule)?.aged ?? [];
      return found.flatMap(({ ages }) => ages ?? []).reduce((sum, accounts) => sum + accounts, 0);
    };
    const { id, people } = await aCompany();
    await platform.client.query(
      "update users set closed_at = '2027-02-01' where id = (select id from users where company_id <> $1 limit 1)",
      [id],
    );
    await sweep(start);
    expect([await closed("account"), await closed("work-orders")]).toEqual([1, 0]);
    await close(id, start);
    await sweep(start.add({ hours: 1 }));
    expect([await closed("account"), await closed("work-orders")]).toEqual([1 + people + 1, 1]);
  });

  it("a canary of every rule is planted, and dies at the sweep after its time", async () => {
    await sweep(start);
    const planted = await database.sql`select rule, due_at from retention_canaries order by rule`;
    expect(planted.map(({ rule }) => rule)).toEqual(["account", "communication", "usage", "work-orders"]);
    for (const { due_at } of planted)
      expect(Temporal.Instant.compare(Temporal.Instant.from(due_at.toISOString()), start.add({ hours: 12 }))).toBe(0);
    const early = await sweep(start.add({ hours: 11 }));
    const gone = async (id = "") =>
      (await runsOf(id)).filter(({ collection }) => collection === "retention_canaries").map(({ deleted }) => deleted);
    expect(await gone(early?.sweepId)).toEqual(["0", "0", "0", "0"]);
    const next = await sweep(start.add({ hours: 24 }));
    expect(await gone(next?.sweepId)).toEqual(["1", "1", "1", "1"]);
    // The next ones are there already.
    expect(await database.sql`select 1 from retention_canaries`).toHaveLength(4);
  });
});

describe("a sweep that is disturbed", () => {
  const points = [
    "retention.deleted",
    "retention.noted",
    "retention.dropping",
    "retention.dropped",
    "retention.lasting",
    "retention.account-noted",
    "retention.account-lasting",
  ];

  it.each(points)(
    "H1: dead at %s, the first time and the third, the next one ends it with true counts",
    async (point) => {
      const { id } = await aCompany();
      await close(id, start);
      const moment = later("P1Y");
      // What one undisturbed sweep does, on another copy, is what the disturbed ones do together.
      const due = await count("access_logs where logged_at <= $1", [
        moment.toZonedDateTimeISO("UTC").subtract({ years: 2 }).toInstant().toString(),
      ]);
      const people = await count("users where company_id = $1", [id]);
      for (const nth of [1, 3]) {
        let seen = 0;
        onFaultPoint((name) => {
          if (name === point && ++seen === nth) throw new Error("died");
        });
        await sweep(moment).catch(() => {});
      }
      onFaultPoint();
      const [open] = await database.sql`select id, attempt, finished_at from retention_sweeps order by at limit 1`;
      const done = open?.finished_at ? { sweepId: String(open.id) } : await sweep(moment);
      expect(done?.sweepId).toBe(open?.id);
      expect(await runOf(done?.sweepId, "access_logs")).toMatchObject({ deleted: String(due), left_over: "0" });
      const users = await runOf(done?.sweepId, "users");
      expect(Number(users?.emptied) + Number(users?.deleted)).toBe(people);
      expect(
        await count("access_logs where logged_at <= $1", [
          moment.toZonedDateTimeISO("UTC").subtract({ years: 2 }).toInstant().toString(),
        ]),
      ).toBe(0);
      expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(0);
      expect(await database.sql`select 1 from retention_closures where pending is not null`).toHaveLength(0);
    },
  );

  it("H1: an account that is looked at again, and dead in it, is not taken for done", async () => {
    const { id } = await aCompany();
    await close(id, start);
    await sweep(later("P90D"));
    const again = async () =>
      (await database.sql`select again_at from retention_closures where scope = 'company'`)[0]?.again_at as Date | null;
    expect(await again()).not.toBeNull();
    const moment = later("P130D");
    for (const point of ["retention.account-found", "retention.account-noted"]) {
      onFaultPoint((name) => {
        if (name === point) throw new Error("died");
      });
      await expect(sweep(moment)).rejects.toThrow("died");
    }
    onFaultPoint();
    await sweep(moment);
    const next = Temporal.Instant.from((await again())?.toISOString() ?? "");
    expect(Temporal.Instant.compare(next, moment)).toBe(1);
  });

  it("R3: of two workers at once one sweeps, the other sees that and leaves", async () => {
    const done = await Promise.all([sweep(later("P1Y")), sweep(later("P1Y")), sweep(later("P1Y"))]);
    expect(done.filter((one) => one !== null)).toHaveLength(1);
    expect(await database.sql`select 1 from retention_sweeps`).toHaveLength(1);
  });

  it("R2: a job that finds another worker at it comes back later, since that one may have been killed", async () => {
    const [id, at_] = ["01a22488-f76a-73f2-a144-79bceba081cd", start.toString()];
    await database.sql`insert into retention_sweeps (id, kind, at, policy_number, active_at) values (${id}, 'sweep', ${at_}, 0, ${at_})`;
    const waiting = () =>
      database.sql`select start_after from pgboss.job where name = 'retention.sweep' and state = 'created'`;
    await sweepOrWait(at(start.add({ seconds: 60 })), { watch: false });
    const jobs = await waiting();
    expect(jobs).toHaveLength(1);
    expect(Temporal.Instant.from(jobs[0]?.start_after.toISOString()).equals(start.add({ minutes: 6 }))).toBe(true);
    // By then it has been silent for too long.
    await sweepOrWait(at(start.add({ minutes: 6 })), { watch: false });
    const [row] = await database.sql`select attempt, finished_at from retention_sweeps where id = ${id}`;
    expect(row).toMatchObject({ attempt: 2 });
    expect(row?.finished_at).not.toBeNull();
  });

  it("R2: an erasure in the way of accounts holds up no row that is due by its age, and the sweep goes on a little later", async () => {
    const { id } = await aCompany();
    await close(id, start);
    await database.sql`delete from pgboss.job where name = 'retention.sweep'`;
    patience.seconds = 1;
    const other = new pg.Client({ connectionString: process.env.PLATFORM_ERASER_DATABASE_URL });
    await other.connect();
    await takeTurn(other, "operno");
    const moment = later("P90D");
    await sweepOrWait(at(moment), { watch: false });
    patience.seconds = 30;
    const aged = moment.toZonedDateTimeISO("UTC").subtract({ years: 2 }).toInstant().toString();
    expect(await count("access_logs where logged_at <= $1", [aged])).toBe(0);
    expect(await count("users where company_id = $1 and email like 'erased-%'", [id])).toBe(0);
    const jobs =
      await database.sql`select start_after from pgboss.job where name = 'retention.sweep' and state = 'created'`;
    expect(jobs.map(({ start_after }) => Temporal.Instant.from(start_after.toISOString()).toString())).toContain(
      moment.add({ minutes: 5 }).toString(),
    );
    await other.end();
    await sweepOrWait(at(moment.add({ minutes: 5 })), { watch: false });
    expect(await count("users where company_id = $1 and email not like 'erased-%'", [id])).toBe(0);
    const sweeps = await database.sql`select finished_at, failure from retention_sweeps where kind = 'sweep'`;
    expect(sweeps).toHaveLength(1);
    expect(sweeps[0]).toMatchObject({ finished_at: expect.anything(), failure: null });
  });

  it("R3: one that was silent for long is taken over, and writes nothing when it wakes up", async () => {
    let wake = () => {};
    const asleep = new Promise<void>((done) => {
      wake = done;
    });
    let first = true;
    onFaultPoint(async (name) => {
      if (name !== "retention.deleted" || !first) return;
      first = false;
      await asleep;
    });
    const sleeping = sweep(later("P1Y")).catch((error: Error) => error);
    while (first) await new Promise((done) => setTimeout(done, 20));
    const before = await count("access_logs");
    // Its rows are locked, so the other leaves them and whatever hangs on them.
    const other = await sweep(later("P1Y", 300));
    expect(other).not.toBeNull();
    wake();
    expect(await sleeping).toBeInstanceOf(Error);
    const [row] = await database.sql`select attempt, finished_at, failure from retention_sweeps`;
    expect(row).toMatchObject({ attempt: 2, failure: null });
    expect(row?.finished_at).not.toBeNull();
    expect(await count("access_logs")).toBeLessThanOrEqual(before);
  });

  it("says what has to be mended and never that it is done; what was not in the way is done", async () => {
    await platform.client.query("alter table error_reports rename to gone");
    await expect(sweep(start)).rejects.toThrow(/error_reports: there is no table/);
    await expect(sweep(start)).rejects.toBeInstanceOf(SweepRefused);
    const [row] = await database.sql`select * from retention_sweeps`;
    expect(row).toMatchObject({
      finished_at: null,
      failure: "operno.error_reports: there is no table public.error_reports (any more)",
    });
    // The run stops whole: nothing of this system was touched.
    expect(await count("pg_inherits i where i.inhparent = 'usage_events'::regclass")).toBe(24);
    await platform.client.query("alter table gone rename to error_reports");
    expect(await sweep(start)).not.toBeNull();
  });

  it("a login that may not delete in one table stops it whole", async () => {
    await platform.client.query(
      `do $$ begin if not exists (select 1 from pg_roles where rolname = 'sweeper_test') then create role sweeper_test login password 'x'; end if; end $$;
       grant select, update, delete on all tables in schema public to sweeper_test; revoke delete on access_logs from sweeper_test`,
    );
    const url = new URL(process.env.PLATFORM_ERASER_DATABASE_URL ?? "");
    url.username = "sweeper_test";
    url.password = "x";
    process.env.PLATFORM_ERASER_DATABASE_URL = url.href;
    await expect(sweep(later("P5Y"))).rejects.toThrow(/access_logs: the login may not select, update and delete there/);
    expect(await count("error_reports")).toBeGreaterThan(0);
    const onePartition = (verb: string) =>
      platform.client.query(
        `do $$ begin execute format('${verb} sweeper_test', (select max(inhrelid)::regclass from pg_inherits where inhparent = 'usage_events'::regclass)); end $$`,
      );
    await platform.client.query("grant delete on access_logs to sweeper_test");
    await onePartition("revoke delete on %s from");
    await expect(sweep(later("P5Y"))).rejects.toThrow(/usage_events: the login may not select and delete in public\./);
    expect(await count("error_reports")).toBeGreaterThan(0);
    await onePartition("grant delete on %s to");
    // With the right it deletes; partitions that it neither owns nor may truncate are emptied row by row.
    const done = await sweep(later("P5Y"));
    expect(await runOf(done?.sweepId, "usage_events")).toMatchObject({ partitions: 0, estimated: "0" });
    expect(await count("usage_events")).toBe(0);
    expect(await count("pg_inherits i where i.inhparent = 'usage_events'::regclass")).toBe(24);
  });
});

it("one that was missed while nothing ran is made up for within the hour, once; a first one waits for its night", async () => {
  const waiting = async () => {
    const [found] = await database.sql`select count(*)::int as n from pgboss.job where name = 'retention.sweep'`;
    return found?.n;
  };
  const clear = () => database.sql`delete from pgboss.job where name = 'retention.sweep'`;
  await clear();
  await makeUpSweep(at(start));
  expect(await waiting()).toBe(0);
  await sweep(start);
  await makeUpSweep(at(later("PT24H59M")));
  expect(await waiting()).toBe(0);
  await makeUpSweep(at(later("PT25H1M")));
  await makeUpSweep(at(later("PT26H")));
  expect(await waiting()).toBe(1);
  await sweep(later("PT26H"));
  await clear();
  await makeUpSweep(at(later("PT27H")));
  expect(await waiting()).toBe(0);
});
