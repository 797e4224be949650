import { literal } from "./identifiers";
import type { Field } from "./types";

// What counts as empty (docs/data-map.md). Older systems have columns that are never null: they write a zero, a blank or a day that
// never was where they mean nothing. Whoever takes that for a value gives somebody a stranger's rows. So empty is null, false, what
// consists of zeros, blanks and signs alone, a time that is none (moment.ts), and what the map lists as `none` of a field.

/** 0, 0.00, 0000-00-00 00:00:00, a uuid of zeros, a dash, nothing. */
const zeros = "[-0:.[:space:]]*";

/** Whether a value is of zeros and blanks alone. */
export const isZero = (value: string): boolean => /^[-0:.\s]*$/.test(value);
/** The same as SQL, of a value of any type; the collation of its own that a column may have takes no patterns. */
export const isZeroSql = (value: string): string => `(${value})::text collate "C" ~ '^${zeros}$'`;

const isNumber = (value: string, most = Number.POSITIVE_INFINITY) =>
  /^-?\d+(\.\d+)?$/.test(value) && Math.abs(Number(value)) <= most;
const isDay = (value: string) =>
  /^[-+]?infinity$/.test(value) ||
  (/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[-+]\d{2}(:\d{2})?)?)?$/.test(value) &&
    !value.startsWith("0000") &&
    !Number.isNaN(Date.parse(`${value.slice(0, 10)}T00:00Z`)));

const anyWords = () => true;
/** What values of a type look like, so that they are compared as the column's own and an index serves it. */
const forms: [RegExp, (value: string) => boolean][] = [
  [/^(smallint|int2)\b/, (value) => isNumber(value, 32_767) && !value.includes(".")],
  [/^(integer|int|int4|serial)\b/, (value) => isNumber(value, 2_147_483_647) && !value.includes(".")],
  [/^(bigint|int8|bigserial)\b/, (value) => isNumber(value, 9e18) && !value.includes(".")],
  [/^(numeric|decimal|real|float4|float8|double precision)\b/, (value) => isNumber(value)],
  [/^(date|timestamp|timestamptz)\b/, isDay],
  [/^uuid\b/, (value) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)],
  [/^bool(ean)?\b/, (value) => /^(true|false)$/.test(value)],
  [/^(text|varchar|character varying|char|character|bpchar|citext|name)\b/, anyWords],
];
const formOf = (type: string | null | undefined) =>
  forms.find(([pattern]) => pattern.test(type?.toLowerCase() ?? ""))?.[1] ?? null;

/** Whether a column of this type can hold that value; true where the type is not known here. */
export const fitsType = (type: string | null | undefined, value: string): boolean => formOf(type)?.(value) ?? true;

/** The condition that a value of a field is one that the map lists as none; null when it lists none. */
export function listedSql(field: Pick<Field, "type" | "none"> | undefined, value: string): string | null {
  if (!field?.none?.length) return null;
  return `${formOf(field.type) ? value : `${value}::text`} in (${field.none.map(literal).join(", ")})`;
}

/** What of a link column's values leads nowhere: `zeros` too, where neither end is a key, so that no row has to be the one that is meant. */
export type Idle = Pick<Field, "type" | "none"> & { zeros: boolean };

/** The condition that a value leads on; null when every value of its type does. */
export function leadsSql({ zeros, ...field }: Idle, value: string): string | null {
  const isWords = formOf(field.type) === null || formOf(field.type) === anyWords;
  const listed = listedSql(field, value);
  const conditions = [
    zeros ? `not ${isZeroSql(value)}` : isWords ? `btrim(${value}::text) <> ''` : null,
    listed && `not ${listed}`,
  ];
  return conditions.filter(Boolean).join(" and ") || null;
}
