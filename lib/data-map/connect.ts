import pg from "pg";
import { log } from "../log";

/** How every session in a mapped database is opened. @param name by which the database lists it */
export const session = (url: string, name: string) => ({
  ...{ connectionString: url, application_name: `trust center (${name})` },
  ...{ connectionTimeoutMillis: 10_000, keepAlive: true },
});

/** Names are compared as the catalogue has them, whatever a database sets for its sessions. */
export const plainNames = "set quote_all_identifiers = off";
/**
 * Changes are made on purpose only: a transaction that reads begins as one. Limits that a database sets for its own sessions end none of
 * ours, which wait for each other; and what we say lasts has reached its disk, also where it acknowledges before.
 */
const ourSettings = `${plainNames}; set default_transaction_read_only = off; set idle_in_transaction_session_timeout = '5min';
  select set_config(name, case name when 'synchronous_commit' then 'local' else '0' end, false) from pg_settings
  where name in ('transaction_timeout', 'idle_session_timeout') or name = 'synchronous_commit' and setting = 'off'`;

/**
 * A session of its own in a mapped database. Whoever takes the call and says nothing is given up after ten seconds; a loss later on is told
 * by the next statement, and ends no process. The caller ends it.
 * @param settings SQL that it begins with
 */
export async function connect(
  url: string,
  name: string,
  settings = "",
  more: pg.ClientConfig = {},
): Promise<pg.Client> {
  const client = new pg.Client({ ...session(url, name), ...more });
  client.on("error", (error) => log.debug({ err: error, session: name }, "a session was lost"));
  try {
    await client.connect();
    await client.query(ourSettings);
    if (settings) await client.query(settings);
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
}
