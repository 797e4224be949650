import type pg from "pg";
import { relationOf } from "./identifiers";
import type { Collection } from "./types";

/**
 * What a column's values are, so that a value given as text can be compared as the column's own and an index serves it. Without the
 * length, which would cut a longer value down to somebody else's.
 */
export async function columnType(
  client: pg.ClientBase,
  collection: Pick<Collection, "table">,
  column: string,
): Promise<string> {
  const { rows } = await client.query<{ type: string }>(
    `select format_type(a.atttypid, -1) as type from pg_attribute a
     where a.attrelid = $1::regclass and a.attname = $2 and not a.attisdropped`,
    [relationOf(collection), column],
  );
  return rows[0]?.type ?? "text";
}
