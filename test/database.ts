import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, inject } from "vitest";
import { closeDatabases } from "@/lib/db/client";
import { resetEnv } from "@/lib/env";
import { closeQueue } from "@/lib/jobs/queue";

export type TestDatabase = { url: string; platformUrl: string; sql: postgres.Sql };

async function onCluster(work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(inject("clusterUrl"), { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

const addressOf = (name: string) => inject("clusterUrl").replace(/\/postgres$/, `/${name}`);

/** An empty database of its own; the caller fills it and drops it with {@link dropDatabase}. */
export async function createDatabase(template?: string): Promise<{ name: string; url: string }> {
  const name = `tc_${randomBytes(6).toString("hex")}`;
  // Cloning fails while another test clones the same template; that passes in a moment.
  for (let attempt = 0; ; attempt++) {
    try {
      await onCluster((sql) => sql.unsafe(`create database ${name}${template ? ` template ${template}` : ""}`));
      return { name, url: addressOf(name) };
    } catch (error) {
      if (attempt > 40 || (error as { code?: string }).code !== "55006") throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

export const dropDatabase = (name: string): Promise<void> =>
  onCluster((sql) => sql.unsafe(`drop database if exists ${name} with (force)`));

/**
 * Gives this test file a migrated database of its own, cloned from the template, and points the
 * environment at it. `sql` is the superuser, for arranging and asserting past row security.
 */
export function testDatabase(): TestDatabase {
  const made = {} as TestDatabase;
  let name = "";
  beforeAll(async () => {
    const database = await createDatabase("tc_template");
    name = database.name;
    made.url = database.url;
    process.env.DATABASE_URL = database.url;
    process.env.PLATFORM_DATABASE_URL ??= database.url;
    process.env.SUPPRESSION_DIR = await mkdtemp(join(tmpdir(), "tc-suppression-"));
    resetEnv();
    made.sql = postgres(database.url, { max: 2, onnotice: () => {} });
  });
  afterAll(async () => {
    await closeQueue();
    await closeDatabases();
    await made.sql?.end();
    await dropDatabase(name);
    if (process.env.SUPPRESSION_DIR) await rm(process.env.SUPPRESSION_DIR, { recursive: true, force: true });
  });
  return made;
}
