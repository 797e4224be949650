import type pg from "pg";
import { isEmptySql } from "../data-map/empty";
import { quoted, tableName } from "../data-map/identifiers";
import { identitySql } from "../data-map/identity-sql";
import { momentIfAnySql } from "../data-map/moment";
import { beginSnapshot, connectPlatform } from "../data-map/platform";
import { isArray } from "../data-map/type-families";
import type { Collection, Field, System } from "../data-map/types";

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

/**
 * The values of a field by which rows are entered, each with the oldest `since` of its rows.
 * @param company the column that says whose client a row is about; each value is given once for each
 */
export function identityPages(client: pg.ClientBase, collection: Collection, field: Field, company?: string | null) {
  const column = `t.${quoted(field.name)}`;
  const value = identitySql(field.identity, isArray(field) ? `unnest(${column})` : column);
  const empty = field.enter?.ifEmpty ? ` and ${isEmptySql(collection, field.enter.ifEmpty, "t")}` : "";
  return pagesOf<{ value: string; companyId: string | null; since: number | null }>(
    client,
    `select v.value, v.company as "companyId", min(v.since) as since
     from (select ${value} as value, ${company ? `t.${quoted(company)}::text` : "null::text"} as company, ${began(collection)} as since
           from ${tableName(collection)} t where ${column} is not null${empty}) v
     where btrim(v.value) <> '' group by 1, 2`,
  );
}
