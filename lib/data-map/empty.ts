import { conditionSql, quoted } from "./identifiers";
import { isMomentSql, isTime } from "./moment";
import { fieldOf } from "./named";
import { isZeroSql, listedSql } from "./none";
import { isArray } from "./type-families";
import type { Collection, Condition } from "./types";

/** Words by which a column says no. In a column that holds something else they are values like any other, such as a country's code. */
const denials = ["f", "false", "n", "no", "off"];

/** The condition that a column of row `row` is empty (none.ts); never null. */
export function isEmptySql(collection: Pick<Collection, "fields">, name: string, row: string): string {
  const field = fieldOf(collection, name);
  if (isTime(field)) return `(${isMomentSql(collection, name, row)}) is not true`;
  const column = `${row}.${quoted(name)}`;
  if (isArray(field)) return `(${column} is null or ${column} = '{}')`;
  const type = field?.type?.toLowerCase() ?? "";
  if (/^bool/.test(type)) return `${column} is not true`;
  // A uuid is compared as it is, and what lies in files and documents is not read through.
  const zero = /^uuid$/.test(type)
    ? `${column} = '00000000-0000-0000-0000-000000000000'`
    : /^(bytea|jsonb?)\b/.test(type)
      ? null
      : isZeroSql(column);
  return `(${[`${column} is null`, zero, listedSql(field, column)].filter(Boolean).join(" or ")})`;
}

/** The condition that a column of row `row` says yes, such as that an address was proved; never null. */
export function isSetSql(collection: Pick<Collection, "fields">, name: string, row: string): string {
  const filled = `not (${isEmptySql(collection, name, row)})`;
  const field = fieldOf(collection, name);
  if (isTime(field) || /^(bool|uuid|bytea)/.test(field?.type?.toLowerCase() ?? "")) return filled;
  const word = `lower(btrim(${row}.${quoted(name)}::text)) collate "C"`;
  return `(${filled} and ${word} not in (${denials.map((one) => `'${one}'`).join(", ")}))`;
}

/** The condition that row `row` meets one of the map's that may ask for an empty column (`is: null`); never null. */
export const meetsSql = (
  collection: Pick<Collection, "fields"> | undefined,
  condition: Condition,
  row: string,
): string =>
  condition.is === null && collection ? isEmptySql(collection, condition.field, row) : conditionSql(row, condition);
