import pg from "pg";
import type { Collection, Condition } from "./types";

/** A column or alias as Postgres reads it, whatever it holds (S21). */
export const quoted = (name: string): string => pg.escapeIdentifier(name);

/** A text constant of the map's own; values of requests never come here (S21). */
export const literal = (text: string): string => pg.escapeLiteral(text);

/** `"schema"."table"`, as one names the relation itself. */
export const relationOf = ({ table }: Pick<Collection, "table">): string =>
  `${quoted(table.schema)}.${quoted(table.name)}`;

/** The rows of a collection, as one selects from, updates or deletes them: those of heirs too, unless these are collections of their own. */
export const tableName = ({ table }: Pick<Collection, "table">): string =>
  `${table.only ? "only " : ""}${relationOf({ table })}`;

/** Whether foreign key `k` (pg_constraint) compares its last columns as periods (`PERIOD`): the column came with Postgres 18. */
export const overPeriods = "coalesce((to_jsonb(k) ->> 'conperiod')::boolean, false)";

/** The columns of an index `alias` (pg_index) without those that it only carries (`include`). */
export const keyColumns = (alias: string): string => `(${alias}.indkey::int2[])[0:${alias}.indnkeyatts - 1]`;

/** The columns of a table that an array of the catalogue numbers, in that order. @param table SQL of its oid */
export const columnNames = (numbers: string, table: string): string =>
  `array(select a.attname::text from unnest(${numbers}) with ordinality u(n, at) join pg_attribute a on a.attrelid = ${table} and a.attnum = u.n order by u.at)`;

/** The condition on rows of `alias`; never null. */
export function conditionSql(alias: string, { field, is }: Condition): string {
  const column = `${alias}.${quoted(field)}`;
  if (is === null) return `${column} is null`;
  return `coalesce(${column}::text in (${is.map(literal).join(", ")}), false)`;
}
