import { config } from "../../trust-center.config";
import { literal, quoted } from "./identifiers";
import { fieldOf } from "./named";
import { listedSql } from "./none";
import type { Collection, Field, TimeForm } from "./types";

/** How a column of the map says when something was; null where the database itself knows. */
export const timeFormOf = (collection: Pick<Collection, "fields">, name: string | null): TimeForm | null =>
  fieldOf(collection, name)?.time ?? null;

/**
 * SQL of the instant that a column of row `row` names: its own times as they are (a time without a zone counts as UTC), numbers as
 * seconds or milliseconds since 1970, words as ISO 8601. Null where the words, whole, are no such date or time, and where numbers lie
 * outside of the years 1 to 9999.
 */
export function momentSql(collection: Pick<Collection, "fields">, name: string, row: string): string {
  const column = `${row}.${quoted(name)}`;
  const form = timeFormOf(collection, name);
  if (form === "seconds") return secondsSql(`${column}::float8`);
  if (form === "milliseconds") return secondsSql(`(${column}::float8 / 1000)`);
  if (form === "text") return wordsSql(column);
  return `${column}::timestamptz`;
}

/**
 * SQL of the instant from which what a column of row `row` names counts: of a day alone its end, by the calendar of the sweeps, since nobody
 * knows at which hour it was and nothing goes early. Null where {@link momentSql} is.
 */
export function countedSql(
  collection: Pick<Collection, "fields">,
  name: string,
  row: string,
  zone: string = config.clocks.zone,
): string {
  const column = `${row}.${quoted(name)}`;
  const endOf = (date: string) => `((least(${date}, '9999-12-31'::date) + 1)::timestamp at time zone ${literal(zone)})`;
  const moment = momentSql(collection, name, row);
  if (timeFormOf(collection, name) === "text")
    return `(case when ${column}::text collate "C" ~ '${wholeDay}' then ${endOf(`${column}::text::date`)} else ${moment} end)`;
  return holdsDays(collection, name) ? endOf(column) : moment;
}

/** Whether a column holds days, and no times. */
export const holdsDays = (collection: Pick<Collection, "fields"> | undefined, name: string | null): boolean =>
  /^date\b/i.test(fieldOf(collection, name)?.type ?? "") && (!collection || timeFormOf(collection, name) === null);

/** Whether a field says when something was, in whatever form. */
export const isTime = (field: Field | undefined): boolean =>
  field?.time !== undefined || /^(date|timestamp|timestamptz)\b/.test(field?.type?.toLowerCase() ?? "");

/**
 * Between these a time is one. Systems that have no null for it write the first instant that they know: 0, 1970-01-01, 1900-01-01,
 * 0001-01-01, whose day differs by the zone; or the last: 9999-12-31.
 */
export const firstDay = "1970-01-02";
const lastYear = "9999-01-01";

/**
 * The condition that a column of row `row` names a time at all, and not one that stands for none; null where the column is. On a
 * column of the database's own times it is plain, so that an index serves it.
 */
export function isMomentSql(collection: Pick<Collection, "fields">, name: string, row: string): string {
  const value = comparedMomentSql(collection, name, row);
  const field = fieldOf(collection, name);
  const listed = listedSql(field, `${row}.${quoted(name)}`);
  return `${value} >= '${firstDay}' and ${value} < '${lastYear}'${listed ? ` and not ${listed}` : ""}`;
}

/** SQL of the instant that a column of row `row` names; null where it names none. */
export const momentIfAnySql = (collection: Pick<Collection, "fields">, name: string, row: string): string =>
  `(case when ${isMomentSql(collection, name, row)} then ${momentSql(collection, name, row)} end)`;

/** SQL of the instant from which what a column of row `row` names counts; null where it names none. */
export const countedIfAnySql = (collection: Pick<Collection, "fields">, name: string, row: string): string =>
  `(case when ${isMomentSql(collection, name, row)} then ${countedSql(collection, name, row)} end)`;

/** SQL of when row `row` says it began, to compare by: a column of the database's own times as it is, so that an index on it serves. */
export const comparedMomentSql = (collection: Pick<Collection, "fields">, name: string, row: string): string =>
  timeFormOf(collection, name) ? momentSql(collection, name, row) : `${row}.${quoted(name)}`;

/** Not a number counts as larger than all; what the function would refuse for one row would end a run for all. */
export const secondsSql = (seconds: string): string =>
  `(case when ${seconds} between -62135596800 and 253402300799 then to_timestamp(${seconds}) end)`;

const year = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
const leapYear = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)";
const day = [
  `${year}-(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])`,
  `${year}-(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)`,
  `${year}-02-(?:0[1-9]|1[0-9]|2[0-8])`,
  `${leapYear}-02-29`,
].join("|");
const time =
  "(?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:[.][0-9]{1,12})?)?|24:00(?::00(?:[.]0{1,12})?)?)";
const zone = "(?:[Zz]|UTC|GMT|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9](?::?[0-5][0-9])?)?)";
/** Numerals and spaces are spelt out: classes such as `\d` take more than the cast does, by the database's locale. */
const whole = (words: string) => `^[ \\t\\r\\n]*${words}[ \\t\\r\\n]*$`;
const wholeDay = whole(`(?:${day})`);
const wholeMoment = whole(`(?:${day})(?:[Tt ]${time}(?: ?${zone})?)?`);

/**
 * The words of a column as an instant. What the pattern takes the cast takes too, lengths of months and leap years included: it
 * must never raise, since one row's words would end a sweep, a hold or a replay for all. (`pg_input_is_valid` came with PostgreSQL 16.)
 * By their bytes: patterns are refused in a column whose collation tells no letters apart.
 */
export const wordsSql = (column: string): string =>
  `(case when ${column}::text collate "C" ~ '${wholeMoment}' then ${column}::text::timestamptz end)`;
