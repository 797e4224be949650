import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { killablePlatform } from "@/test/killable-platform";
import { holderCtx, makePerson } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { runTs } from "../process/run-ts";
import { carryOutDeletion } from "./carry-out-deletion";
import { expireDeletions } from "./expire-deletions";
import { submitDeletion } from "./submit-deletion";

// The platform lies in a Postgres of this test's own, which is killed as the worker is.

const database = testDatabase();
const platform = killablePlatform();

const start = Temporal.Now.instant().subtract({ hours: 24 * 8 });
const ends = start.add({ hours: config.deletion.graceDays * 24 });

/** Another technician with a device and a long history each time; whatever else is there must stay. */
async function due() {
  const { rows } = await platform.client.query<{ id: string; company: string }>(`
    with one as (
      insert into users (id, company_id, email, email_verified_at, full_name, role, language, time_zone, password_hash, created_at)
      select gen_random_uuid(), c.id, 'robin-' || gen_random_uuid() || '@die.example', now(), 'Robin', 'technician', 'en', 'UTC', 'x', now()
      from companies c limit 1 returning id, company_id),
    d as (insert into devices (id, user_id, hardware_id, first_seen_at, last_seen_at)
      select gen_random_uuid(), id, gen_random_uuid()::text, now(), now() from one)
    select id, company_id as company from one`);
  const [user] = rows;
  if (!user) throw new Error("a user that was just stored is not there");
  await platform.client.query(
    `insert into usage_events (id, occurred_at, company_id, user_id, feature, action)
     select (random() * 1e15)::bigint, now() - n * interval '5 days', $2, $1, 'f', 'a' from generate_series(1, 90) n`,
    [user.id, user.company],
  );
  const email = `p-${randomUUID()}@example.test`;
  const person = await makePerson({ email, platformUserId: user.id, platformCompanyId: user.company });
  const made = await submitDeletion(
    holderCtx(person, () => start),
    { scope: "person", confirmation: email },
  );
  if (!made.ok) throw new Error(made.reason);
  await expireDeletions(systemCtx("test", () => ends));
  return { ...user, caseId: made.value.caseId };
}

/** How much is the person's, and how much is not. */
async function rowsOf(userId: string) {
  const { rows } = await platform.client.query<{ theirs: number; events: number; others: number }>(
    `select (select count(*)::int from usage_events where user_id = $1) as events,
            (select count(*)::int from devices where user_id = $1) + (select count(*)::int from users where id = $1) as theirs,
            (select count(*)::int from usage_events where user_id is distinct from $1)
            + (select count(*)::int from users where id <> $1) + (select count(*)::int from devices where user_id <> $1) as others`,
    [userId],
  );
  return rows[0];
}

async function expectDone(caseId: string, userId: string, others: number | undefined): Promise<void> {
  expect(await rowsOf(userId)).toEqual({ theirs: 0, events: 0, others });
  const runs = await database.sql`select fates, finished_at, failed_at from erasure_runs where case_id = ${caseId}`;
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ finished_at: expect.anything(), failed_at: null });
  const fates = runs[0]?.fates as { collection: string; deleted: number }[];
  const deleted = (name: string) => fates.find(({ collection }) => collection === name)?.deleted;
  expect([deleted("usage_events"), deleted("devices"), deleted("users")]).toEqual([90, 1, 1]);
  const audits = await database.sql`
    select action from audit_entries where object_id = ${caseId} and action = 'deletion.carried-out'`;
  expect(audits).toHaveLength(1);
}

async function worker(...args: string[]): Promise<string> {
  const { command, args: all } = runTs("test/erase-and-die.ts", ...args);
  const child = spawn(command, all, { env: { ...process.env, TC_PROCESS: "worker" }, stdio: "ignore" });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal ?? String(code);
}

it("H3 R2: a worker killed with -9 at every named place of an erasure, and at any batch, leaves one that ends with true counts", async () => {
  const { id, caseId } = await due();
  const before = await rowsOf(id);
  expect(before).toMatchObject({ theirs: 2, events: 90 });
  for (const [place, nth] of [
    ["erasure.batch", "1"],
    ["erasure.batch", "4"],
    ["any", "3"],
    ["erasure.prepared", "1"],
    ["erasure.lasting", "1"],
  ] as const) {
    expect([place, await worker(caseId, place, nth)]).toEqual([place, "SIGKILL"]);
    const left = await rowsOf(id);
    // The account goes last and whole.
    if (place !== "erasure.lasting") expect(left?.theirs, place).toBe(2);
  }
  expect(await worker(caseId)).toBe("0");
  await expectDone(caseId, id, before?.others);
}, 180_000);

it("H3 R12: the platform's Postgres killed with -9 in the middle of it, the next attempt ends it", async () => {
  const { id, caseId } = await due();
  const before = await rowsOf(id);
  const running = worker(caseId, "erasure.never");
  for (const end = Date.now() + 60_000; ((await rowsOf(id))?.events ?? 0) > 80; await sleep(1))
    if (Date.now() > end) throw new Error("it did not begin");
  await platform.kill();
  await running;
  await platform.back();
  const left = await rowsOf(id);
  expect(left?.others).toBe(before?.others);
  for (let attempt = 0; attempt < 5; attempt++) {
    const ended = await carryOutDeletion(systemCtx("test"), { caseId }, { least: 20, size: 7 }).then(
      () => true,
      () => false,
    );
    if (ended) break;
    await sleep(1000);
  }
  await expectDone(caseId, id, before?.others);
}, 180_000);
