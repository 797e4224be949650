import type pg from "pg";
import { momentIfAnySql } from "../data-map/moment";
import { beginSnapshot, connectPlatform } from "../data-map/platform";
import type { Collection, System } from "../data-map/types";

// What is looked for is known by its hash alone, so whole tables are read, once each.

/** A platform may be large; a statement that runs for six hours hangs. */
const long = { statement: 6 * 3600_000 };
/** Rows that are in memory at once. */
const page = 5000;

/** SQL of when a row began, in seconds since 1970; null where the map names no such column. */
export const began = (collection: Collection, row = "t"): string => {
  const { since } = collection;
  return since ? `extract(epoch from ${momentIfAnySql(collection, since, row)})::float8` : "null::float8";
};

export async function reading(system: System, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = await connectPlatform(system, long);
  try {
    await beginSnapshot(client);
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

export async function* pagesOf<R extends pg.QueryResultRow>(client: pg.ClientBase, sql: string): AsyncGenerator<R[]> {
  await client.query(`declare tc_walk no scroll cursor for ${sql}`);
  for (;;) {
    const { rows } = await client.query<R>(`fetch ${page} from tc_walk`);
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query("close tc_walk");
}
