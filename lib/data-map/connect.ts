import pg from "pg";
import { log } from "../log";

/** How every session in a mapped database is opened. @param name by which the database lists it */
export const session = (url: string, name: string) => ({
  ...{ connectionString: url, application_name: `trust center (${name})` },
  ...{ connectionTimeoutMillis: 10_000, keepAlive: true },
});

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
    if (settings) await client.query(settings);
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
}
