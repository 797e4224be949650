import pg from "pg";
import { log } from "../log";
import { connect, plainNames, session } from "./connect";
import type { System } from "./types";

type Limits = {
  /** Milliseconds for one statement. */
  statement: number;
};

const short: Limits = { statement: 15_000 };

/** The same output everywhere: UTC, ISO dates and intervals, hexadecimal bytea. Half a million keys hash in 64 MB. */
const settings = ({ statement }: Limits) => `
  set default_transaction_read_only = on;
  ${plainNames};
  set statement_timeout = ${Math.trunc(statement)};
  set lock_timeout = 5000;
  set idle_in_transaction_session_timeout = 600000;
  set work_mem = '64MB';
  set jit = off;
  set timezone = 'UTC';
  set datestyle = 'ISO, YMD';
  set intervalstyle = 'iso_8601';
  set bytea_output = 'hex';
  set client_encoding = 'UTF8'`;

/** A connection of its own to a mapped system, for work that takes long. The caller ends it. */
export const connectPlatform = (system: System, limits: Limits = short): Promise<pg.Client> =>
  connect(system.url(), "reads", settings(limits));

// Next's development server reloads modules; the pools must outlive that.
const shared = globalThis as { tcPlatformPools?: Map<string, pg.Pool> };
shared.tcPlatformPools ??= new Map();
const pools = shared.tcPlatformPools;

/** Few connections per process: a crowd on the dashboard waits for its turn instead of filling the platform's slots. */
function poolOf(system: System): pg.Pool {
  const url = system.url();
  const known = pools.get(url);
  if (known) return known;
  const pool = new pg.Pool({ ...session(url, "reads"), max: 6, idleTimeoutMillis: 30_000, allowExitOnIdle: true });
  // An idle connection that the platform closed is replaced at the next need.
  pool.on("error", (error) => log.debug({ err: error, system: system.name }, "platform connection"));
  pool.on("connect", (client) => {
    // The pool listens to a connection only while it is idle: one lost between two statements would end the process.
    client.on("error", () => {});
    // Queries of one connection run in turn, so whatever is asked next finds the settings made.
    client.query(settings(short)).catch((error) => log.warn({ err: error, system: system.name }, "platform settings"));
  });
  pools.set(url, pool);
  return pool;
}

/** Ends the pooled connections; the next need opens new ones. */
export async function closePlatforms(): Promise<void> {
  const open = [...pools.values()];
  pools.clear();
  await Promise.all(open.map((pool) => pool.end()));
}

/**
 * One short piece of work in one read-only snapshot, on a pooled connection.
 * @param scratch SQL that makes temporary tables; see {@link beginSnapshot}
 */
export async function withSnapshot<T>(
  system: System,
  work: (client: pg.ClientBase) => Promise<T>,
  scratch?: string,
): Promise<T> {
  const client = await poolOf(system).connect();
  let broken = true;
  try {
    await beginSnapshot(client, scratch);
    const result = await work(client);
    await client.query("rollback");
    broken = false;
    return result;
  } finally {
    // After a failure the connection is thrown away: whatever state it is in ends with it.
    client.release(broken);
  }
}

/** @param scratch SQL that makes temporary tables, the only thing ever written; it runs before reading */
export async function beginSnapshot(client: pg.ClientBase, scratch = ""): Promise<void> {
  // Temporary tables are made first and filled under READ ONLY, which allows that and nothing else.
  await client.query(
    scratch
      ? `begin isolation level repeatable read read write; ${scratch}; set transaction read only`
      : "begin isolation level repeatable read read only",
  );
}
