import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { killablePlatform } from "@/test/killable-platform";
import { systemCtx } from "../context";
import { runTs } from "../process/run-ts";
import { runSweep } from "./run-sweep";

const database = testDatabase();
const platform = killablePlatform();
/** Batches grow as long as they are quick: enough for several of them after each death. */
const many = 100_000;

/** So many lines of the log that are due, beside those that are not. */
beforeEach(async () => {
  await platform.client.query(
    `insert into access_logs (id, company_id, method, path, status, logged_at)
     select 50000000 + n, (select id from companies limit 1), 'GET', '/', 200, now() - interval '5 years' - n * interval '1 minute'
     from generate_series(1, $1::int) n`,
    [many],
  );
});
afterEach(() => database.sql`truncate retention_sweeps cascade`.then(() => {}));

async function rowsOf() {
  const { rows } = await platform.client.query<{ due: number; young: number; others: number }>(
    `select (count(*) filter (where id > 50000000))::int as due, (count(*) filter (where id <= 50000000))::int as young,
            (select count(*)::int from users) + (select count(*)::int from work_orders) as others from access_logs`,
  );
  return rows[0];
}

/** The next worker takes a sweep over that was silent for so long. */
const silent = () =>
  database.sql`update retention_sweeps set active_at = now() - interval '1 hour' where finished_at is null`;

async function worker(nth: number): Promise<string> {
  const { command, args } = runTs("test/sweep-and-die.ts", String(nth));
  const child = spawn(command, args, { env: { ...process.env, TC_PROCESS: "worker" }, stdio: "ignore" });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal ?? String(code);
}

async function expectSwept(before: Awaited<ReturnType<typeof rowsOf>>): Promise<void> {
  expect(await rowsOf()).toEqual({ ...before, due: 0 });
  // Whatever the number of attempts, it is one sweep with one record, and its counts are true.
  const sweeps = await database.sql`select id from retention_sweeps where kind = 'sweep'`;
  expect(sweeps).toHaveLength(1);
  const [run] = await database.sql`
    select deleted::int as deleted, held::int as held, left_over::int as left from retention_runs where collection = 'access_logs'`;
  expect(run).toEqual({ deleted: many, held: 0, left: 0 });
}

it("H3 R2: a sweep killed with -9 again and again is gone on with, and its counts are true", async () => {
  const before = await rowsOf();
  expect(before?.due).toBe(many);
  for (const nth of [1, 3, 4, 5]) {
    expect(await worker(nth), `at ${nth}`).toBe("SIGKILL");
    expect((await rowsOf())?.young).toBe(before?.young);
    await silent();
  }
  expect(await worker(0)).toBe("0");
  await expectSwept(before);
}, 180_000);

it("H3 R12: the platform's Postgres killed with -9 in the middle of a sweep, the next attempt ends it", async () => {
  const before = await rowsOf();
  const running = worker(0);
  for (const end = Date.now() + 60_000; ((await rowsOf())?.due ?? 0) === many; await sleep(1))
    if (Date.now() > end) throw new Error("it did not begin");
  await platform.kill();
  await running;
  await platform.back();
  expect(await rowsOf()).toMatchObject({ young: before?.young, others: before?.others });
  for (let attempt = 0; attempt < 5; attempt++) {
    await silent();
    if (await runSweep(systemCtx("test"), { watch: false }).catch(() => null)) break;
    await sleep(1000);
  }
  expect(await rowsOf()).toEqual({ ...before, due: 0 });
}, 180_000);
