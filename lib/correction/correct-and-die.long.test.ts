import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { killablePlatform } from "@/test/killable-platform";
import { holderCtx, makePerson } from "@/test/people";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { runTs } from "../process/run-ts";
import { applyCorrection } from "./apply-correction";
import { ownFields } from "./own-fields";
import { proposeCorrection } from "./propose-correction";

// The platform lies in a Postgres of this test's own, which is killed as the worker is.

const database = testDatabase();
const platform = killablePlatform();

/** Another technician each time, who proposes a name and a number; whatever else is there must stay. */
async function proposed() {
  const { rows } = await platform.client.query<{ id: string; company: string }>(`
    insert into users (id, company_id, email, email_verified_at, full_name, phone, role, language, time_zone, password_hash, created_at)
    select gen_random_uuid(), c.id, 'robin-' || gen_random_uuid() || '@die.example', now(), 'Old Name', '+49 1 0000', 'technician', 'en', 'UTC', 'x', now()
    from companies c limit 1 returning id, company_id as company`);
  const [user] = rows;
  if (!user) throw new Error("a user that was just stored is not there");
  const personId = await makePerson({
    ...{ email: `p-${randomUUID()}@example.test`, platformUserId: user.id, platformCompanyId: user.company },
  });
  const ctx = holderCtx(personId);
  const read = await ownFields(ctx);
  if (!read.ok) throw new Error(read.reason);
  const handle = (label: string) =>
    read.value.flatMap(({ records }) => records.flatMap(({ fields }) => fields)).find((one) => one.label === label)
      ?.handle ?? "";
  const made = await proposeCorrection(ctx, {
    items: [
      { handle: handle("Full name"), value: "New Name", evidence: "" },
      { handle: handle("Phone"), value: "+49 1 1111", evidence: "" },
    ],
    ...{ why: "", idempotencyKey: newId() },
  });
  if (!made.ok) throw new Error(made.reason);
  return { ...user, caseId: made.value.caseId };
}

async function state(userId: string) {
  const { rows } = await platform.client.query<{ name: string; phone: string; others: string }>(
    `select full_name as name, phone, (select md5(string_agg(u::text, '|' order by u.id)) from users u where u.id <> $1) as others
     from users where id = $1`,
    [userId],
  );
  return rows[0];
}

async function expectDone(caseId: string, userId: string, others: string | undefined): Promise<void> {
  expect(await state(userId)).toEqual({ name: "New Name", phone: "+49 1 1111", others });
  const [row] = await database.sql`
    select c.decision, (select count(*)::int from case_events e where e.case_id = c.id and e.type = 'correction.applied') as applied,
           (select count(*)::int from correction_items i where i.case_id = c.id and i.applied_at is not null) as items,
           (select count(*)::int from correction_runs r where r.case_id = c.id and r.finished_at is not null) as runs,
           (select count(*)::int from correction_notices n where n.case_id = c.id) as notices,
           (select count(distinct recipient)::int from correction_notices n where n.case_id = c.id) as providers
    from cases c where c.id = ${caseId}`;
  expect(row).toMatchObject({ decision: "approved", applied: 1, items: 2, runs: 1 });
  expect(row?.notices).toBe(row?.providers);
}

async function worker(...args: string[]): Promise<string> {
  const { command, args: all } = runTs("test/correct-and-die.ts", ...args);
  const child = spawn(command, all, { env: { ...process.env, TC_PROCESS: "worker" }, stdio: "ignore" });
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal ?? String(code);
}

it("H3 R2: a worker killed with -9 at every named place leaves a correction that is whole or not there, and ends once", async () => {
  const { id, caseId } = await proposed();
  const before = await state(id);
  for (const place of ["correction.begun", "correction.prepared", "correction.prepared"]) {
    expect([place, await worker(caseId, place)]).toEqual([place, "SIGKILL"]);
    // The server notices that its client is gone and rolls back.
    for (let tries = 0; tries < 50 && (await busy()); tries++) await sleep(100);
    expect(await state(id), place).toEqual(before);
  }
  for (const place of ["correction.lasting", "correction.lasting"]) {
    expect([place, await worker(caseId, place)]).toEqual([place, "SIGKILL"]);
    expect(await state(id)).toMatchObject({ name: "New Name", phone: "+49 1 1111" });
    const [open] = await database.sql`select closed_at from cases where id = ${caseId}`;
    expect(open?.closed_at).toBeNull();
  }
  expect(await worker(caseId)).toBe("0");
  await expectDone(caseId, id, before?.others);
  expect(await worker(caseId)).toBe("0");
  await expectDone(caseId, id, before?.others);
}, 180_000);

async function busy(): Promise<boolean> {
  const { rows } = await platform.client.query(
    "select 1 from pg_stat_activity where application_name = 'trust center (correction)'",
  );
  return rows.length > 0;
}

it("H3 R12: the platform's Postgres killed with -9 while a correction waits to last; the next attempt ends it", async () => {
  const { id, caseId } = await proposed();
  const before = await state(id);
  // Noted here, not lasting there yet.
  const running = worker(caseId, "correction.prepared", "1", "4000");
  const noted = async () =>
    (await database.sql`select transaction from correction_runs where case_id = ${caseId}`)[0]?.transaction ?? null;
  for (const end = Date.now() + 60_000; (await noted()) === null; await sleep(10))
    if (Date.now() > end) throw new Error("it did not begin");
  await platform.kill();
  expect(await running).not.toBe("0");
  await platform.back();
  expect(await state(id)).toEqual(before);
  const [open] = await database.sql`select closed_at from cases where id = ${caseId}`;
  expect(open?.closed_at).toBeNull();
  for (let attempt = 0; attempt < 8; attempt++) {
    const ended = await applyCorrection(systemCtx("test"), { caseId }).then(
      () => true,
      () => false,
    );
    if (ended) break;
    await sleep(1000);
  }
  await expectDone(caseId, id, before?.others);
}, 180_000);

it("R2: two workers at once on one correction apply it once", async () => {
  const { id, caseId } = await proposed();
  const before = await state(id);
  const codes = await Promise.all([worker(caseId), worker(caseId), worker(caseId)]);
  // Whoever came second may have been told to try again.
  expect(codes).toContain("0");
  await applyCorrection(systemCtx("test"), { caseId });
  await expectDone(caseId, id, before?.others);
}, 180_000);
