import { mkdtemp, rm } from "node:fs/promises";
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

/** One real Postgres for the whole run, with a migrated template that every test database is cloned from. */
export async function setup(project: TestProject): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), "tc-test-"));
  const { chmod } = await import("node:fs/promises");
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
