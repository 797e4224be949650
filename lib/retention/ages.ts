import type pg from "pg";
import { tableName } from "../data-map/identifiers";
import { comparedMomentSql, countedSql, holdsDays, isMomentSql, timeFormOf } from "../data-map/moment";
import type { Collection } from "../data-map/types";
import { relationsOf } from "./walk";

/** Into how many parts a period is cut. */
export const ageSteps = 10;
/** Above so many rows the ages are projected from a sample of about as many. */
const sampleRows = 50_000;

export type Ages = { oldest: Temporal.Instant | null; ages: number[]; sampled: boolean };

/** When each of the parts of a period begins that ends now. */
export function stepsSince(cutoff: Temporal.Instant, now: Temporal.Instant): string[] {
  const [from, till] = [cutoff.epochMilliseconds, now.epochMilliseconds];
  return Array.from({ length: ageSteps }, (_, at) => new Date(from + ((till - from) * at) / ageSteps).toISOString());
}

/** How old the rows of a collection are: overdue first, then tenths of the period from old to young. */
export async function agesOf(
  client: pg.ClientBase,
  { collection, cutoff }: { collection: Collection; cutoff: Temporal.Instant },
  now: Temporal.Instant,
): Promise<Ages> {
  const name = collection.since ?? "";
  const isPlain = timeFormOf(collection, name) === null && !holdsDays(collection, name);
  const value = isPlain ? comparedMomentSql(collection, name, "p") : countedSql(collection, name, "p");
  const relations = await relationsOf(client, collection);
  const rows = relations.reduce((sum, relation) => sum + relation.rows, 0);
  const percent = rows > 2 * sampleRows ? (100 * sampleRows) / rows : null;
  const sample = percent === null ? "" : `tablesample system (${percent.toFixed(6)})`;
  const found = await client.query<{ step: number; rows: string; oldest: string }>(
    `select width_bucket(${value}::timestamptz, $1::timestamptz[])::int as step, count(*)::text as rows,
            min(${value})::timestamptz::text as oldest
     from ${tableName(collection)} p ${sample} where ${isMomentSql(collection, name, "p")} group by 1 order by 1`,
    [stepsSince(cutoff, now)],
  );
  const ages = Array.from({ length: ageSteps + 1 }, () => 0);
  for (const { step, rows: count } of found.rows)
    ages[step] = Math.round(percent === null ? Number(count) : (Number(count) * 100) / percent);
  // A sample may miss the oldest; it is asked of all rows only where indexes answer at once.
  const quick = percent !== null && relations.every(({ indexed }) => indexed);
  const asked = quick
    ? await client.query<{ oldest: string | null }>(
        `select min(${value})::timestamptz::text as oldest from ${tableName(collection)} p where ${isMomentSql(collection, name, "p")}`,
      )
    : found;
  const text = asked.rows[0]?.oldest;
  return { oldest: text ? Temporal.Instant.from(text) : null, ages, sampled: percent !== null };
}
