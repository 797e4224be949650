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

let connection: postgres.Sql | undefined;

/** This process's connection to the test cluster itself, kept over its test files. */
function cluster(): postgres.Sql {
  connection ??= postgres(inject("clusterUrl"), { max: 1, idle_timeout: 20, onnotice: () => {} });
  return connection;
}

const addressOf = (name: string) => inject("clusterUrl").replace(/\/postgres$/, `/${name}`);

/** An empty database of its own; the caller fills it and drops it with {@link dropDatabase}. */
export async function createDatabase(template?: string): Promise<{ name: string; url: string }> {
  const name = `tc_${randomBytes(6).toString("hex")}`;
  // Cloning fails while another test clones the same template; that passes in a moment.
  for (let attempt = 0; ; attempt++) {
    try {
      // Copying the files takes half the CPU time of writing every page to the log, in which nobody would look.
      await cluster().unsafe(`create database ${name} template ${template ?? "template1"} strategy file_copy`);
      return { name, url: addressOf(name) };
    } catch (error) {
      if (attempt > 40 || (error as { code?: string }).code !== "55006") throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

export async function dropDatabase(name: string): Promise<void> {
  await cluster().unsafe(`drop database if exists ${name} with (force)`);
}

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
