import type { Field } from "./types";

/** Types that Postgres compares with one another as they are, by what they hold. */
const families = {
  number: /^(smallint|integer|int|int2|int4|int8|bigint|serial|bigserial|numeric|decimal)\b/,
  // Kept apart from the exact ones, with which they meet by rounding.
  float: /^(real|double precision|float|float4|float8)\b/,
  words: /^(text|varchar|character varying|char|character|bpchar|name)\b/,
  citext: /^(.+\.)?citext$/,
  uuid: /^uuid\b/,
  address: /^inet\b/,
  moment: /^(date|timestamp|timestamptz)\b/,
};

/** What says the type of a column. */
export type Typed = Pick<Field, "type" | "dataType">;

/** `some`: words, or what is written as words, of a type that the map does not say or that is the database's own. */
export type Family = keyof typeof families | "some";

/** True for `text[]` and the like. */
export function isArray(field: Typed | undefined): boolean {
  return /\[\]$/.test(field?.type ?? field?.dataType ?? "");
}

/** Surely of a type that has a collation. */
export const isText = (field: Typed | undefined): boolean => ["words", "citext"].includes(familyOf(field));

/** Of a list, what its elements are. */
export function familyOf(field: Typed | undefined): Family {
  const type = typeOf(field) ?? (/^integer\b/.test(field?.dataType ?? "") ? "integer" : "");
  const names = Object.keys(families) as (keyof typeof families)[];
  return names.find((name) => families[name].test(type)) ?? "some";
}

/** Only whole numbers, so that an index on them serves a comparison with whole numbers. */
export const isWhole = (field: Typed | undefined): boolean =>
  familyOf(field) === "number" && !/^(numeric|decimal)\b/.test(typeOf(field) ?? "");

const names: Record<string, string> = {
  ...{ int: "integer", int4: "integer", serial: "integer", int8: "bigint", bigserial: "bigint", int2: "smallint" },
  ...{ decimal: "numeric", varchar: "character varying", timestamptz: "timestamp with time zone" },
};

/** What the map says of a type, without lengths and of a list that of its elements; null when it says none. */
function typeOf(field: Typed | undefined): string | null {
  const type = field?.type?.replace(/\[\]$/, "").toLowerCase();
  return type === undefined ? null : type.trim();
}

/** The type that the map says of a field, or of the elements of a list, without a length, as SQL names it; null where it is the database's own. */
export function baseOf(field: Typed | undefined): string | null {
  if (["some", "citext"].includes(familyOf(field))) return null;
  const type = typeOf(field)?.replace(/\s*\(.*?\)/, "") ?? "";
  // Without its length SQL takes it for a single letter.
  if (/^char(acter)?$/.test(type)) return "bpchar";
  return /^[a-z0-9 ]+$/.test(type) ? (names[type] ?? type) : null;
}

/** Whether the map says the very same type of both, or of the elements of one and the other. */
export function isSameType(a: Typed | undefined, b: Typed | undefined): boolean {
  const [one, other] = [a, b].map((field) => {
    const type = typeOf(field)?.replace(/\s*\(.*?\)/, "");
    return type && (names[type] ?? type);
  });
  return one !== undefined && one !== null && one === other;
}
