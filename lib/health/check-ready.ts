import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import journal from "../../drizzle/meta/_journal.json" with { type: "json" };
import { type Database, openDatabase, processRole } from "../db/client";
import { env } from "../env";
import { listState, stateWords } from "../suppression/state";

export const checkNames = ["database", "migrations", "queue", "worker", "storage", "erasures"] as const;
export type CheckName = (typeof checkNames)[number];
export type Check = {
  ok: boolean /** Milliseconds it took. */;
  ms: number /** What is wrong, without any value. */;
  why?: string;
};
export type Readiness = { ready: boolean; checks: Record<CheckName, Check> };

/** A worker counts as alive when it reported within three of pg-boss's heartbeats (30 s each). */
const workerSilentSeconds = 90;

/**
 * Whether this replica can serve: every part it depends on, each bounded to three seconds. Needs no
 * person and reads no personal table.
 */
export async function checkReady(): Promise<Readiness> {
  const { db } = openDatabase(processRole());
  const measured = await Promise.all([
    measure(async () => void (await db.execute(sql`select 1`))),
    measure(() => checkMigrations(db)),
    measure(async () => void (await db.execute(sql`select version from pgboss.version`))),
    measure(() => checkWorker(db)),
    measure(checkStorage),
    measure(checkErasures),
  ]);
  const checks = Object.fromEntries(checkNames.map((name, i) => [name, measured[i]])) as Readiness["checks"];
  return { ready: measured.every((check) => check.ok), checks };
}

class Unready extends Error {}

async function checkMigrations(db: Database): Promise<void> {
  const newest = journal.entries.at(-1)?.when ?? 0;
  const [applied] = await db.execute<{ at: string | null }>(
    sql`select max(created_at)::text as at from drizzle.__drizzle_migrations`,
  );
  if (Number(applied?.at ?? 0) < newest)
    throw new Unready("the database is older than this version; run the migrations");
}

async function checkWorker(db: Database): Promise<void> {
  const [seen] = await db.execute(sql`
    select 1 from pgboss.instance
    where stopped_on is null and application_name = 'tc worker queue'
      and heartbeat_on > now() - make_interval(secs => ${workerSilentSeconds}) limit 1`);
  if (!seen) throw new Unready(`no worker reported in the last ${workerSilentSeconds} seconds`);
}

async function checkStorage(): Promise<void> {
  const directory = env().STORAGE_DIR;
  const probe = join(directory, `.probe-${randomUUID()}`);
  await mkdir(directory, { recursive: true });
  try {
    await writeFile(probe, Buffer.alloc(4096), { flush: true });
  } finally {
    await rm(probe, { force: true });
  }
}

/** A database that was restored serves nobody whom it brought back (R9). */
async function checkErasures(): Promise<void> {
  const state = await listState();
  if (state === "behind") throw new Unready(stateWords[state]);
}

async function measure(work: () => Promise<void>): Promise<Check> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  const late = AbortSignal.timeout(3_000);
  const timeout = new Promise<never>((_, fault) => {
    late.addEventListener("abort", () => fault(new Unready("no answer within 3 seconds")));
  });
  try {
    await Promise.race([work(), timeout]);
    return { ok: true, ms: ms() };
  } catch (error) {
    const why = error instanceof Unready ? error.message : ((error as { code?: string }).code ?? "failed");
    return { ok: false, ms: ms(), why };
  }
}
