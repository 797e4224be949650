import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { openDatabase } from "./client";

const database = testDatabase();

/** Ends the server's side of the connection that this statement runs on, as a killed Postgres does. */
const cut = async (pid: unknown) => {
  await database.sql`select pg_terminate_backend(${Number(pid)}::int, 5000)`;
};

it("R12: a transaction whose connection was lost fails, says so, and leaves the pool whole", async () => {
  const { db, pool } = openDatabase("tc_worker", database.url);
  for (let lost = 0; lost < 12; lost++) {
    const late: Promise<unknown>[] = [];
    const run = db.transaction(async (tx) => {
      const [row] = await tx.execute(sql`select pg_backend_pid() as pid`);
      await cut(row?.pid);
      // Every second one notices by a statement of its own, the others by the commit.
      if (lost % 2 === 0) await tx.execute(sql`select 1`);
      late.push(
        Promise.resolve()
          .then(() => new Promise((done) => setTimeout(done, 20)))
          .then(() => tx.execute(sql`select 1`)),
      );
      late.at(-1)?.catch(() => {});
    });
    await expect(run).rejects.toThrow();
    // What is sent after its transaction reaches no connection, which may be another transaction's by then.
    for (const one of late) await expect(one).rejects.toThrow("Failed query");
  }
  expect([pool.waitingCount, pool.totalCount - pool.idleCount]).toEqual([0, 0]);
  expect(await db.execute(sql`select 1 as one`)).toEqual(expect.arrayContaining([{ one: 1 }]));
});

it("R12: connections that were cut while nobody used them are no loss to the next caller", async () => {
  const { db } = openDatabase("tc_worker", database.url);
  await Promise.all(Array.from({ length: 8 }, () => db.execute(sql`select pg_sleep(0.05)`)));
  await database.sql`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and application_name like 'tc %'`;
  await new Promise((done) => setTimeout(done, 100));
  const all = await Promise.all(Array.from({ length: 20 }, () => db.transaction((tx) => tx.execute(sql`select 1`))));
  expect(all).toHaveLength(20);
});

it("R1: a statement that failed fails its transaction, even when the caller looks away", async () => {
  const { db } = openDatabase("tc_worker", database.url);
  await database.sql`create table looked_away (n int); grant all on looked_away to tc_worker`.simple();
  const run = db.transaction(async (tx) => {
    await tx.execute(sql`insert into looked_away values (1)`);
    await tx.execute(sql`select 1 / 0`).catch(() => {});
  });
  await expect(run).rejects.toThrow();
  expect(await database.sql`select n from looked_away`).toHaveLength(0);
});

it("a savepoint takes back its own part alone, and its failure is the caller's to judge", async () => {
  const { db } = openDatabase("tc_worker", database.url);
  await database.sql`create table parts (n int); grant all on parts to tc_worker`.simple();
  const touched = await db.transaction(async (tx) => {
    await tx.execute(sql`insert into parts values (1)`);
    await tx
      .transaction(async (inner) => {
        await inner.execute(sql`insert into parts values (2)`);
        await inner.execute(sql`select 1 / 0`);
      })
      .catch(() => {});
    await tx.transaction((inner) => inner.execute(sql`insert into parts values (3)`));
    return tx.execute(sql`update parts set n = n`);
  });
  expect(touched.count).toBe(2);
  expect((await database.sql`select n from parts order by n`).map(({ n }) => n)).toEqual([1, 3]);
});

it("S20: an address with options of its own still steps down to the role", async () => {
  const url = new URL(database.url);
  url.searchParams.set("options", "-c role=none -c work_mem=8MB");
  const { db } = openDatabase("tc_app", url.href);
  const [row] = await db.execute(sql`select current_user::text as role, current_setting('work_mem') as mem`);
  expect(row).toEqual({ role: "tc_app", mem: "8MB" });
});
