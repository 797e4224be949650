import { drizzle } from "drizzle-orm/postgres-js";
import pg from "pg";
import { env, processName } from "../env";
import { drizzleClient } from "./driver";
import * as schema from "./schema";

export type Database = ReturnType<typeof drizzle<typeof schema>>;

/**
 * Which database role a process acts as (S20). The login named in DATABASE_URL is a member of all;
 * each connection steps down at once, so the app never holds an owner's rights.
 */
export type DatabaseRole = "tc_app" | "tc_worker" | "tc_auth";

type Open = { pool: pg.Pool; db: Database };
// Next's development server reloads modules; the pools must outlive that.
const shared = globalThis as { tcPools?: Map<string, Open> };
shared.tcPools ??= new Map();
const pools = shared.tcPools;

/**
 * Opens (once per process, role and address) a bounded pool with every timeout set (R12). While Postgres is away a
 * caller is told so at once; the first one after it is back gets through.
 */
export function openDatabase(role: DatabaseRole, url = env().DATABASE_URL, max = role === "tc_auth" ? 4 : 10): Open {
  const id = `${role} ${url}`;
  const known = pools.get(id);
  if (known) return known;
  const address = new URL(url);
  const settings = {
    role,
    // Row security sees this role's rows only; everything else needs withTransaction's settings.
    ...(role === "tc_auth" ? { "tc.actor": "auth" } : {}),
    statement_timeout: role === "tc_worker" ? 300_000 : 15_000,
    lock_timeout: 5_000,
    default_transaction_isolation: "read\\ committed",
    default_transaction_read_only: "off",
    idle_in_transaction_session_timeout: role === "tc_worker" ? 300_000 : 20_000,
  };
  // Ours come last and win: an address with options of its own must not keep the login's rights.
  const options = [
    address.searchParams.get("options") ?? "",
    ...Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`),
  ];
  address.searchParams.delete("options");
  const pool = new pg.Pool({
    connectionString: address.href,
    options: options.join(" ").trim(),
    application_name: `tc ${processName()}`,
    max,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 30 * 60,
    // To connect, and to wait for a connection that another caller uses.
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  const open = { pool, db: drizzle(drizzleClient(pool), { schema }) };
  pools.set(id, open);
  return open;
}

/** The role of this process: the worker's entrance sets TC_PROCESS. */
export function processRole(): DatabaseRole {
  return processName() === "worker" ? "tc_worker" : "tc_app";
}

export async function closeDatabases(): Promise<void> {
  const open = [...pools.values()];
  pools.clear();
  // A caller that never gives its connection back must not keep the process.
  const patience = new Promise<void>((done) => setTimeout(done, 5_000).unref());
  await Promise.race([Promise.all(open.map(({ pool }) => pool.end())), patience]);
}
