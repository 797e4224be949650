import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Acknowledged } from "@/test/write-under-load";
import { freePort } from "../process/ports";
import { runTs } from "../process/run-ts";
import { Supervisor } from "../process/supervisor";
import { migrateDatabase } from "./migrate";

const gaveUp: string[] = [];
let supervisor: Supervisor;
let port = 0;
const processes: ChildProcess[] = [];
let directory = "";
let url = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tc-restart-"));
  await chmod(directory, 0o755);
  port = await freePort();
  const server = await startPostgres();
  const sql = postgres(server, { max: 1, onnotice: () => {} });
  await sql.unsafe("create database trust_center");
  await sql.end();
  url = server.replace(/\/postgres$/, "/trust_center");
  await migrateDatabase(url);
});
afterAll(async () => {
  for (const child of processes) if (child.exitCode === null) child.kill("SIGKILL");
  await supervisor.stop([["postgres"]]);
  await rm(directory, { recursive: true, force: true });
});

/** A Postgres of this test's own, as durable as it comes: `fsync` and `synchronous_commit` stand as they are. */
async function startPostgres(): Promise<string> {
  supervisor = new Supervisor((name) => gaveUp.push(name));
  const entrance = runTs("bin/postgres.ts", directory, String(port));
  const child = supervisor.start({ name: "postgres", ...entrance, env: { TC_PROCESS: "postgres" } });
  const [{ url: server }] = (await once(child, "message")) as [{ url: string }];
  return server;
}

/** One of our processes; what it says on standard error, and how it ended, if it did. */
function run(entrance: string, ...args: string[]): { child: ChildProcess; said: () => string } {
  const { command, args: all } = runTs(entrance, ...args);
  const child = spawn(command, all, {
    env: { ...process.env, TC_PROCESS: "worker", DATABASE_URL: url, PLATFORM_DATABASE_URL: url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  processes.push(child);
  let said = "";
  child.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  return { child, said: () => said };
}

/** Workers that have said they are there, as the queue's own table tells it. */
const workers = async (sql: postgres.Sql): Promise<number> => {
  const [row] = await sql`
    select count(*)::int as n from pgboss.instance where stopped_on is null and application_name = 'tc worker queue'`;
  return Number(row?.n);
};

const postmaster = async (): Promise<number> =>
  Number.parseInt(await readFile(join(directory, "postgres", "postmaster.pid"), "utf8").catch(() => "0"), 10);

async function until(what: () => boolean | Promise<boolean>, seconds: number, name: string): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) if (await what()) return;
  throw new Error(`${name}: not within ${seconds} seconds`);
}

it("R12 H3: Postgres killed under load twice: writers and worker go on within 30 seconds, and nothing acknowledged is lost", async () => {
  const writers = run("test/write-under-load.ts", "8");
  const worker = run("bin/worker.ts");
  const lines: Acknowledged[] = [];
  createInterface({ input: writers.child.stdout as NodeJS.ReadableStream }).on("line", (line) =>
    lines.push(JSON.parse(line)),
  );
  const since = (at: number) => new Set(lines.filter((line) => line.askedAt >= at).map(({ writer }) => writer));
  const sql = postgres(url, { max: 1, onnotice: () => {}, backoff: () => 0.1 });
  await until(async () => since(0).size === 8 && (await workers(sql)) === 1, 180, "the first requests");

  const waits: number[] = [];
  for (let kill = 0; kill < 2; kill++) {
    const before = lines.length;
    await until(() => lines.length > before + 24, 120, "load");
    process.kill(await postmaster(), "SIGKILL");
    const killedAt = Date.now();
    // Two bounds, so that a machine under load is not taken for a fault: Postgres back by its supervisor, then everybody.
    await until(() => sql`select 1`.then(() => true).catch(() => false), 30, "Postgres");
    // Every writer, not the luckiest: one that waits on a connection that never comes would not be seen otherwise.
    await until(() => since(killedAt).size === 8, 30, "every writer's next request");
    waits.push(Date.now() - killedAt);
    const done = async () =>
      (await sql`select 1 from pgboss.job where state = 'completed' and completed_on > ${new Date(killedAt)} limit 1`)
        .length;
    await until(async () => (await done().catch(() => 0)) === 1, 30, "the worker's next job");
  }
  writers.child.kill("SIGTERM");
  await once(writers.child, "exit");
  expect([writers.child.exitCode, writers.said()]).toEqual([0, ""]);
  expect([worker.child.exitCode, worker.child.signalCode, worker.said()]).toEqual([null, null, ""]);
  expect(gaveUp).toEqual([]);

  try {
    // What was acknowledged is there whole: the case, its audit entry, its message and its confirmation.
    const found = await sql`
      select reference, (select count(*)::int from case_messages m where m.case_id = c.id) as messages,
        (select count(*)::int from audit_entries a where a.object_id = c.id::text and a.action = 'case.received') as audit,
        (select count(*)::int from outgoing_mails o where o.person_id = c.subject_id) as mails
      from cases c`;
    const whole = new Set(
      found
        .filter(({ messages, audit, mails }) => messages === 1 && audit === 1 && mails === 1)
        .map((r) => r.reference),
    );
    expect(lines.filter(({ reference }) => !whole.has(reference))).toEqual([]);
    // Asked again after a lost answer, it is still one request; and no half of one is left of any.
    expect(whole.size).toBe(found.length);
    expect(new Set(lines.map(({ personId }) => personId)).size).toBe(lines.length);
    // Every promised mail went out or still has its job. One that was in the fall is put back when its heartbeat is
    // missed, a minute or so later.
    const lost = await sql`
      select o.id from outgoing_mails o where o.sent_at is null and not exists (
        select 1 from pgboss.job j where j.name = 'mail.send' and j.data->>'mailId' = o.id::text
          and j.state in ('created', 'retry', 'active'))`;
    expect(lost).toEqual([]);
  } finally {
    await sql.end();
  }
  console.info(
    `R12: ${lines.length} requests acknowledged; all 8 writers served again after ${waits.join(", ")} ms; ` +
      `${lines.filter(({ failures }) => failures > 0).length} had to ask again`,
  );
}, 600_000);

it("R12: a worker that starts while Postgres is away waits for it", async () => {
  await supervisor.stop([["postgres"]]);
  const late = run("bin/worker.ts");
  // Long enough for it to be loaded and refused.
  await sleep(8_000);
  expect([late.child.exitCode, late.said()]).toEqual([null, ""]);
  await startPostgres();
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const pid = String(late.child.pid);
  await until(async () => (await sql`select 1 from pgboss.instance where pid = ${pid}`).length === 1, 90, "the worker");
  await sql.end();
  expect([late.child.exitCode, late.said()]).toEqual([null, ""]);
}, 240_000);
