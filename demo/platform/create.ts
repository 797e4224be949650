import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { refuseOther } from "./refuse-other";
import type { Rows } from "./rows";
import { platformVersion, smallRows } from "./small";

/** Makes the demo's platform schema in an empty database. */
export async function createSchema(client: pg.Client): Promise<void> {
  await client.query(await readFile(join(import.meta.dirname, "schema.sql"), "utf8"));
}

/**
 * The demo's platform, schema and small data, unless it is there already: a second start keeps what
 * people did with it.
 * @throws EnvError where the database is somebody else's ({@link refuseOther})
 * @returns how many rows were put in; 0 when it was there
 */
export async function createPlatform(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(5246029254386353132)");
    await refuseOther(client);
    const there = await versionOf(client);
    if (there === platformVersion) {
      await client.query("rollback");
      return 0;
    }
    // Nothing but invented rows lies in an older demo.
    if (there !== null) await client.query("drop schema public cascade; create schema public");
    await createSchema(client);
    const rows = smallRows();
    await insertRows(client, rows);
    await client.query("commit");
    await client.query("analyze");
    return Object.values(rows).reduce((sum, table) => sum + table.length, 0);
  } finally {
    await client.end();
  }
}

/** The version of the demo in this database; null when there is none. */
async function versionOf(client: pg.Client): Promise<number | null> {
  const known = await client.query("select to_regclass('public.schema_versions') is not null as known");
  if (!known.rows[0]?.known) return null;
  const { rows } = await client.query<{ version: number }>(
    "select coalesce(max(version), 0) as version from schema_versions",
  );
  return rows[0]?.version ?? 0;
}

/** One statement per table; JSON carries every type and every hostile value. */
async function insertRows(client: pg.Client, rows: Rows): Promise<void> {
  for (const [table, values] of Object.entries(rows)) {
    const name = pg.escapeIdentifier(table);
    await client.query(`insert into ${name} select * from json_populate_recordset(null::${name}, $1)`, [
      JSON.stringify(values),
    ]);
  }
}
