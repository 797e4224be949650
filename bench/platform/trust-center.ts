import { join } from "node:path";
import type { Embedded } from "@/lib/db/embedded";
import { migrateDatabase } from "@/lib/db/migrate";
import { resetEnv } from "@/lib/env";

/** Migrates an empty `trust_center` beside the `platform` of the same server, and has this process use both. */
export async function prepareTrustCenter(server: Embedded, directory: string): Promise<void> {
  await migrateDatabase(server.url("trust_center"));
  Object.assign(process.env, {
    TRUST_CENTER_MODE: "test",
    DATABASE_URL: server.url("trust_center"),
    PLATFORM_DATABASE_URL: server.url("platform"),
    STORAGE_DIR: join(directory, "packages"),
    APP_URL: "http://localhost:3000",
    AUTH_SECRET: "bench-only-bench-only-bench-only-bench-only",
    MASTER_KEYS: `1:${Buffer.alloc(32, 5).toString("base64")}`,
    LOG_LEVEL: "warn",
  });
  resetEnv();
}
