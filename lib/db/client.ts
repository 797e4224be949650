import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { env, processName } from "../env";
import * as schema from "./schema";

export type Database = ReturnType<typeof drizzle<typeof schema>>;

/**
 * Which database role a process acts as (S20). The login named in DATABASE_URL is a member of all;
 * each connection steps down at once, so the app never holds an owner's rights.
 */
export type DatabaseRole = "tc_app" | "tc_worker" | "tc_auth";

type Pool = { sql: postgres.Sql; db: Database };
// Next's development server reloads modules; the pools must outlive that.
const shared = globalThis as { tcPools?: Map<string, Pool> };
shared.tcPools ??= new Map();
const pools = shared.tcPools;

/** Opens (once per process, role and address) a bounded pool with every timeout set (R12). */
export function openDatabase(role: DatabaseRole, url = env().DATABASE_URL, max = role === "tc_auth" ? 4 : 10): Pool {
  const id = `${role} ${url}`;
  const known = pools.get(id);
  if (known) return known;
  const sql = postgres(url, {
    max,
    idle_timeout: 30,
    connect_timeout: 10,
    max_lifetime: 30 * 60,
    onnotice: () => {},
    connection: {
      application_name: `tc ${processName()}`,
      role,
      // Row security sees this role's rows only; everything else needs withTransaction's settings.
      ...(role === "tc_auth" ? { "tc.actor": "auth" } : {}),
      statement_timeout: role === "tc_worker" ? 300_000 : 15_000,
      lock_timeout: 5_000,
      idle_in_transaction_session_timeout: role === "tc_worker" ? 300_000 : 20_000,
    } as Record<string, string | number>,
  });
  const pool = { sql, db: drizzle(sql, { schema }) };
  pools.set(id, pool);
  return pool;
}

/** The role of this process: the worker's entrance sets TC_PROCESS. */
export function processRole(): DatabaseRole {
  return processName() === "worker" ? "tc_worker" : "tc_app";
}

export async function closeDatabases(): Promise<void> {
  const open = [...pools.values()];
  pools.clear();
  await Promise.all(open.map((pool) => pool.sql.end({ timeout: 5 })));
}
