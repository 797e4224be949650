import pg from "pg";
import { log } from "../log";

/** The connection of a login that erases, as sweeps use it. @param options of the session, such as `-c role=...` */
export async function connectSweeper(connectionString: string, options?: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...{ connectionString, application_name: "trust center (retention)", keepAlive: true },
    ...(options ? { options } : {}),
  });
  client.on("error", (error) => log.debug({ err: error }, "the sweep's connection"));
  await client.connect();
  await client.query(
    `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set statement_timeout = '10min'; set lock_timeout = '2s'; set jit = off; set work_mem = '64MB'`,
  );
  return client;
}
