import type { Field } from "./types";

const families: Record<string, RegExp> = {
  integer: /^(smallint|integer|int|int2|int4|int8|bigint|numeric|decimal|serial|bigserial)\b/,
  text: /^(text|varchar|character varying|char|character|bpchar|citext|name)\b/,
  uuid: /^uuid\b/,
};

/** True for `text[]` and the like. */
export function isArray(field: Field | undefined): boolean {
  return /\[\]$/.test(field?.type ?? field?.dataType ?? "");
}

/** Surely of a type that has a collation. */
export const isText = (field: Field | undefined): boolean =>
  field?.type != null && /^(text|varchar|character|char|bpchar|citext|name)\b/.test(field.type.toLowerCase());

function family(field: Field | undefined): string | null {
  const type = field?.type?.replace(/\[\]$/, "").toLowerCase();
  if (!type) return null;
  return Object.keys(families).find((name) => families[name]?.test(type)) ?? type;
}

/** Whether Postgres compares the two as they are; an undeclared type is taken to fit. */
export function comparable(a: Field | undefined, b: Field | undefined): boolean {
  const [one, other] = [family(a), family(b)];
  return one === null || other === null || one === other;
}
