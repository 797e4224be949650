import { quoted } from "./identifiers";
import type { Collection, TimeForm } from "./types";

/** How a column of the map says when something was; null where the database itself knows. */
export const timeFormOf = ({ fields }: Pick<Collection, "fields">, name: string | null): TimeForm | null =>
  fields.find((field) => field.name === name)?.time ?? null;

/**
 * SQL of the instant that a column of row `row` names: its own times as they are (a time without a zone counts as UTC), numbers as
 * seconds or milliseconds since 1970, words as ISO 8601. Null where the words begin with no date.
 */
export function momentSql(collection: Pick<Collection, "fields">, name: string, row: string): string {
  const column = `${row}.${quoted(name)}`;
  const form = timeFormOf(collection, name);
  if (form === "seconds") return `to_timestamp(${column}::float8)`;
  if (form === "milliseconds") return `to_timestamp(${column}::float8 / 1000)`;
  if (form === "text") return wordsSql(column);
  return `${column}::timestamptz`;
}

/** The words of a column as an instant. */
export const wordsSql = (column: string): string =>
  `(case when ${column}::text ~ '^\\s*\\d{4}-\\d\\d-\\d\\d' then ${column}::text::timestamptz end)`;
