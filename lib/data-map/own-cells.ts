import { quoted, tableName } from "./identifiers";
import { momentIfAnySql } from "./moment";
import { inFilled } from "./reach";
import { ownedBy } from "./reach-sql";
import type { Collection, CorrectionRule, DataMap, Field, ReachSubject } from "./types";

/** A value of a person's own row that they may have put right. */
export type OwnCell = {
  system: string;
  collection: Collection;
  field: Field & { correct: CorrectionRule };
  /** The primary key's values as text, in the map's order. */
  key: string[];
  value: string | null;
  /** When the row began, by the map; null where that is not known. */
  since: Temporal.Instant | null;
};

/** As many rows of one collection are listed, the newest first; others are put right in words. */
const mostRows = 40;

export const correctable = ({ fields }: Collection): (Field & { correct: CorrectionRule })[] =>
  fields.filter((field): field is Field & { correct: CorrectionRule } => field.correct !== undefined);

/**
 * What a person may have put right, with what stands there now: only rows that are their own, by the map's references and
 * identities, never those that they share or that name them.
 */
export async function readOwnCells(map: DataMap, subject: ReachSubject): Promise<OwnCell[]> {
  const cells = await Promise.all(
    map.systems.map((system) =>
      inFilled(map, system, subject, "person", async (plan, client, sizes) => {
        const found: OwnCell[] = [];
        for (const node of plan.nodes) {
          const { collection } = node;
          const fields = correctable(collection);
          const own = ownedBy(plan, node, sizes, "t");
          if (!own || fields.length === 0) continue;
          const texts = (names: string[]) => `array[${names.map((name) => `t.${quoted(name)}::text`).join(", ")}]`;
          const newest = collection.since ? `t.${quoted(collection.since)} desc nulls last, ` : "";
          // In whole milliseconds, which say the day and more.
          const since = collection.since ? momentIfAnySql(collection, collection.since, "t") : "null::timestamptz";
          const { rows } = await client.query<{ key: string[]; values: (string | null)[]; since: string | null }>(
            `select ${texts(collection.primaryKey)} as key, ${texts(fields.map(({ name }) => name))} as values,
                    floor(extract(epoch from ${since}) * 1000)::text as since
             from ${tableName(collection)} t where ${own} order by ${newest} 1 limit ${mostRows}`,
          );
          for (const { key, values, since } of rows) {
            const began = since === null ? null : Temporal.Instant.fromEpochMilliseconds(Number(since));
            for (const [at, field] of fields.entries())
              found.push({ system: system.name, collection, field, key, value: values[at] ?? null, since: began });
          }
        }
        return found;
      }),
    ),
  );
  return cells.flat();
}
