import pg from "pg";
import { log } from "../log";
import type { System } from "./types";

type Limits = {
  /** Milliseconds for one statement; 0 for none, as a long COPY needs. */
  statement: number;
};

/**
 * Connects to a mapped system. Everything goes through a read-only transaction of one snapshot
 * ({@link beginSnapshot}); the settings make output the same everywhere: UTC, ISO dates and
 * intervals, hexadecimal bytea.
 */
export async function connectPlatform(system: System, limits: Limits = { statement: 15_000 }): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: system.url(),
    application_name: "trust center (reads)",
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // Without a listener a broken connection would end the process; the next query reports it.
  client.on("error", (error) => log.warn({ err: error, system: system.name }, "platform connection"));
  await client.connect();
  await client.query(`
    set default_transaction_read_only = on;
    set statement_timeout = ${Math.trunc(limits.statement)};
    set lock_timeout = 5000;
    set idle_in_transaction_session_timeout = 600000;
    set work_mem = '64MB';
    set jit = off;
    set timezone = 'UTC';
    set datestyle = 'ISO, YMD';
    set intervalstyle = 'iso_8601';
    set bytea_output = 'hex';
    set client_encoding = 'UTF8'`);
  return client;
}

/** One connection for one piece of work, in one read-only snapshot; always closed. */
export async function withSnapshot<T>(
  system: System,
  work: (client: pg.Client) => Promise<T>,
  limits?: Limits,
): Promise<T> {
  const client = await connectPlatform(system, limits);
  try {
    await beginSnapshot(client);
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** @param scratch SQL that makes temporary tables, the only thing ever written; it runs before reading */
export async function beginSnapshot(client: pg.Client, scratch = ""): Promise<void> {
  // Temporary tables are made first and filled under READ ONLY, which allows that and nothing else.
  await client.query(
    scratch
      ? `begin isolation level repeatable read read write; ${scratch}; set transaction read only`
      : "begin isolation level repeatable read read only",
  );
}
