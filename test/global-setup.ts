import { chmod, mkdtemp, readdir, readFile, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { type Embedded, startEmbedded } from "@/lib/db/embedded";
import { migrateDatabase } from "@/lib/db/migrate";

let server: Embedded | undefined;
let directory = "";

declare module "vitest" {
  export interface ProvidedContext {
    /** Superuser address of the test cluster's `postgres` database. */
    clusterUrl: string;
  }
}

/** Databases that tests are given are a thousand small files each: made in memory where there is plenty, in half the time. */
const memory = "/dev/shm";
const plenty = 4 * 1024 ** 3;

async function roomyPlace(): Promise<string> {
  const room = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  if (room < plenty || process.availableMemory() < plenty) return tmpdir();
  await forgetTheKilled();
  return memory;
}

/** A run that was killed left its databases in memory. */
async function forgetTheKilled(): Promise<void> {
  for (const name of (await readdir(memory)).filter((one) => one.startsWith("tc-test-"))) {
    const lock = await readFile(join(memory, name, "postgres", "postmaster.pid"), "utf8").catch(() => null);
    // Without a lock it may be just about to start.
    if (lock !== null && !isAlive(Number.parseInt(lock, 10)))
      await rm(join(memory, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

/** One real Postgres for the whole run, with a migrated template that every test database is cloned from. */
export async function setup(project: TestProject): Promise<void> {
  directory = await mkdtemp(join(await roomyPlace(), "tc-test-"));
  await chmod(directory, 0o755);
  server = await startEmbedded(directory, [
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "max_connections=300",
    // Nobody recovers from it; so it may as well stay small.
    "-c",
    "max_wal_size=256MB",
  ]);
  const sql = postgres(server.url("postgres"), { max: 1, onnotice: () => {} });
  await sql.unsafe("create database tc_template");
  await sql.end();
  await migrateDatabase(server.url("tc_template"));
  project.provide("clusterUrl", server.url("postgres"));
}

export async function teardown(): Promise<void> {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
}
