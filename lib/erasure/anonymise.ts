import { literal, quoted } from "../data-map/identifiers";
import type { Anonymiser } from "../data-map/types";
import { type Column, canBeEmpty } from "./catalog";

/** Holds the two keys while a run lasts, so that no statement carries them. */
export const keysTable = "tc_erasure_keys";

/** Types of words that hold a token. */
export const plainWords = /^(text|character varying|character|"char"|name|bpchar|(.+\.)?citext)$/;
const number = /^(smallint|integer|bigint|numeric|real|double precision)$/;
/** Types of times that name a day. */
export const time = /^(date|timestamp with(out)? time zone)$/;

const cellOf = (name: string): string => `t.${quoted(name)}`;

/** A rule as the map has it. */
export const ruleInWords = (by: Anonymiser): string =>
  `\`erasure: ${typeof by === "string" ? by : JSON.stringify(by)}\``;

/** A value that is made of the old one and stays apart from others. */
export const isToken = (by: Anonymiser): boolean =>
  by === "token" || by === "hash" || (typeof by === "object" && "token" in by);

/**
 * SQL of another value for a column of row `t`; null when a value of that type cannot be made so.
 * @param turn SQL of a number: another token or hash for each, 0 for what it is without
 */
export function anonymised(by: Anonymiser, name: string, column: Column, turn?: string): string | null {
  const value = turn ? `concat(${cellOf(name)}, nullif(${turn}, 0))` : cellOf(name);
  if (by === "clear") return column.required ? null : "null";
  if (typeof by === "object" && "fixed" in by) return `${literal(by.fixed)}::${column.type}`;
  if (column.array) return null;
  if (by === "token" || by === "hash") return hashed(value, by === "token" ? "run" : "lasting", column);
  if (by === "now") return time.test(column.base) ? `now()::${column.type}` : null;
  if (by === "month" || by === "year")
    return time.test(column.base) ? `date_trunc('${by}', ${value}::timestamp)::${column.type}` : null;
  if ("token" in by) return within(by.token, value, column);
  if ("first" in by) return plainWords.test(column.base) ? `left(${value}::text, ${by.first})::${column.type}` : null;
  return number.test(column.base) ? rounded(`${value}::numeric`, by.round, column) : null;
}

/** Away from zero only where the column has room for that. */
function rounded(value: string, places: number, { base, type, digits }: Column): string {
  const most = { smallint: 32767n, integer: 2147483647n, bigint: 9223372036854775807n }[base];
  const limit = most ?? (digits == null ? null : `1e${digits}::numeric`);
  const round = `round(${value}, ${places})`;
  if (limit === null) return `${round}::${type}`;
  return `(case when abs(${round}) ${most ? "<=" : "<"} ${limit} then ${round} else trunc(${value}, ${places}) end)::${type}`;
}

/**
 * The condition that a column of row `t` is what {@link anonymised} makes of it, so that an erasure that goes on, or comes again, does not
 * make another value of it. Tokens and hashes are known by their form, which nobody's own value has.
 * @returns null when it cannot be told: of `now`, of numbers, and of words too short to hold the form
 */
export function isMade(by: Anonymiser, name: string, column: Column): string | null {
  const value = cellOf(name);
  if (by === "clear") return `${value} is null`;
  if (by === "token" || by === "hash") return isHashed(value, column);
  if (by === "now") return null;
  if (typeof by === "object" && "token" in by) return isWithin(by.token, value, column);
  const made = anonymised(by, name, column);
  return made && `${value}::text is not distinct from (${made})::text`;
}

/** Hexadecimal SHA-256 of one of the two keys and a value. */
const digest = (key: "run" | "lasting", value: string): string =>
  `encode(sha256(convert_to((select k.${key} from pg_temp.${keysTable} k) || ${value}::text, 'UTF8')), 'hex')`;

/** Whether tokens there are so many that none is ever met again. */
export const isWide = (column: Column): boolean =>
  column.base === "uuid" || column.base === "bytea" || (plainWords.test(column.base) && !isShort(roomIn(column)));

/** How many characters a token may have. */
const roomIn = ({ length, room }: Column): number | null => room ?? length;

function hashed(value: string, key: "run" | "lasting", column: Column): string | null {
  const { type, base } = column;
  const hex = digest(key, value);
  // Values stay apart from one another as long as the column is wide enough; so a unique column stays unique.
  if (plainWords.test(base)) {
    const room = roomIn(column);
    const words = isShort(room) ? hex : `${literal(prefix)} || ${hex}`;
    return `case when ${value} is not null then left(${words}, ${widthOf(room)})::${type} end`;
  }
  if (base === "uuid") return `(left(${hex}, 24) || ${proof(`left(${hex}, 24)`)})::uuid`;
  if (base === "bytea") return `decode(${hex}, 'hex')`;
  if (base === "smallint") return `(('x' || left(${hex}, 4))::bit(16)::integer & 32767)::${type}`;
  const bits = { integer: 28, bigint: 60 }[base];
  if (bits) return `('x' || left(${hex}, ${bits / 4}))::bit(${bits})::${base}`;
  if (base === "numeric") return `mod(('x' || left(${hex}, 15))::bit(60)::bigint, ${largest(column)})::${type}`;
  return null;
}

export const prefix = "erased-";
/** Patterns are refused in a column whose collation tells no letters apart. */
const bytesOf = (value: string): string => `${value}::text collate "C"`;
/** Too short for the prefix and enough digits. */
const isShort = (room: number | null): boolean => room !== null && room < whole;
const whole = 24;
const widest = 31;
const widthOf = (room: number | null): number => Math.min(room ?? widest, widest);
/** The last digits of an identifier of ours follow from those before, which in one of others they do once in four thousand million. */
const proof = (digits: string): string =>
  `left(encode(sha256(convert_to(${literal(prefix)} || ${digits}, 'UTF8')), 'hex'), 8)`;

/**
 * SQL of a token or hash of `tc_length` characters, made of some `tc_digits`, in the forms that {@link anonymised} gives them.
 * @param words of the map, around it
 */
export function tokenOf(words: string | null): { value: string; from: number; to: number } {
  if (words === null)
    return {
      value: `left(case when tc_length < ${whole} then '' else ${literal(prefix)} end || tc_digits, tc_length)`,
      from: 1,
      to: widest,
    };
  const [before = "", after = ""] = words.split("{}");
  const around = words.length - 2;
  const value = `${literal(before)} || left(tc_digits, tc_length - ${around}) || ${literal(after)}`;
  return { value, from: around + 1, to: around + mostDigits };
}

function isHashed(value: string, column: Column): string | null {
  const { base } = column;
  const room = roomIn(column);
  if (base === "uuid") {
    const digits = `replace(${value}::text, '-', '')`;
    return `${value} is null or right(${digits}, 8) = ${proof(`left(${digits}, 24)`)}`;
  }
  if (!plainWords.test(base) || isShort(room)) return null;
  return `${value} is null or ${bytesOf(value)} ~ '^${prefix}[0-9a-f]{${widthOf(room) - prefix.length}}$'`;
}

/** One more than the largest whole number that a numeric type surely holds. */
const largest = ({ digits }: Column): string =>
  `1${"0".repeat(digits == null ? 15 : Math.max(0, Math.min(17, digits)))}`;

/** How many digits of a token the column has room for within the map's words; below 1 for none. */
const digitsWithin = (words: string, column: Column): number =>
  Math.min(mostDigits, (roomIn(column) ?? Number.POSITIVE_INFINITY) - (words.length - 2));
const mostDigits = 24;

/** A token within the map's words; as many of its digits as the column is wide. */
function within(words: string, value: string, column: Column): string | null {
  const { type, base } = column;
  const digits = digitsWithin(words, column);
  if (!plainWords.test(base) || digits < 1) return null;
  const hex = digest("run", value);
  const [before = "", after = ""] = words.split("{}");
  return `case when ${value} is not null then (${literal(before)} || left(${hex}, ${digits}) || ${literal(after)})::${type} end`;
}

function isWithin(words: string, value: string, column: Column): string | null {
  if (!plainWords.test(column.base)) return null;
  const [before, after] = words.split("{}").map((one) => one.replaceAll(/[^a-zA-Z0-9]/g, "\\$&"));
  return `${value} is null or ${bytesOf(value)} ~ ${literal(`^${before}[0-9a-f]{${digitsWithin(words, column)}}${after}$`)}`;
}

const plainest: [RegExp, string][] = [
  [/^boolean$/, "false"],
  [number, "0"],
  [/^bytea$/, "''"],
  [/^jsonb?$/, "'{}'"],
  [/^interval$/, "'0'"],
  [/^inet$/, "'0.0.0.0'"],
  [/^cidr$/, "'0.0.0.0/32'"],
  [/^range$/, "'empty'"],
  [/^multirange$/, "'{}'"],
  [/^time with(out)? time zone$/, "'00:00'"],
  [/^money$/, "0"],
  [/^(tsvector|tsquery|xml|hstore|(.+\.)?hstore)$/, "''"],
  [/^macaddr$/, "'00:00:00:00:00:00'"],
  [/^macaddr8$/, "'00:00:00:00:00:00:00:00'"],
  [/^point$/, "'(0,0)'"],
  [/^(box|lseg)$/, "'(0,0),(0,0)'"],
  [/^(path|polygon)$/, "'((0,0))'"],
  [/^circle$/, "'<(0,0),0>'"],
  [/^line$/, "'{1,0,0}'"],
];
/** Of these very types: a domain of them, such as `earth` of `cube`, may take no such value. */
const plainestOf: [RegExp, string][] = [
  [/^(.+\.)?ltree$/, "''"],
  [/^(.+\.)?cube$/, "'(0)'"],
  [/^oid$/, "0"],
];

/** What comes next, where the checks of a column do not take the plainest. */
const next: [RegExp, string][] = [
  [/^boolean$/, "true"],
  [number, "1"],
  [/^jsonb?$/, "'[]'"],
];

/** SQL of the values that say the least, of a type of which some are known, the plainest first. */
export function plainValues({ base, type, array }: Column): string[] {
  if (array) return ["'{}'"];
  const of = (known: readonly [RegExp, string][], name: string) =>
    known.flatMap(([pattern, value]) => (pattern.test(name) ? [value] : []));
  return [...of(plainest, base), ...of(plainestOf, type), ...of(next, base)];
}

/** Two emptied rows cannot hold the same where no two rows may. */
export const takesToken = ({ unique, disjoint, array, base }: Column): boolean =>
  (unique && !disjoint) || (!array && (plainWords.test(base) || base === "uuid"));

/**
 * SQL of the plainest value that a column of row `t` can hold and that leads to nobody: null where it may be, a token where no two rows
 * may hold the same, else a token, a zero, an emptied value, or the month of a time.
 * @returns null when nothing is known that such a column takes; its value stays
 */
export function plainValue(name: string, column: Column): string | null {
  if (canBeEmpty(column)) return "null";
  if (takesToken(column)) return anonymised("token", name, column);
  const { base, type, array } = column;
  if (!array && /^bit( varying)?$/.test(base)) return `${cellOf(name)} & ~${cellOf(name)}`;
  if (!array && time.test(base)) return anonymised("month", name, column);
  const [plainest = null] = plainValues(column);
  const value = column.plain === undefined ? plainest : column.plain;
  // One of several that a check wants stays the one: where it is null, another one is set.
  const unlessNull = column.wanted && value ? `case when ${cellOf(name)} is not null then ${value} end` : value;
  return unlessNull && `(${unlessNull})::${type}`;
}

/** The condition that a column of row `t` holds what {@link plainValue} makes of it; null when that cannot be told. */
export function isPlain(name: string, column: Column): string | null {
  if (canBeEmpty(column)) return `${cellOf(name)} is null`;
  if (takesToken(column)) return isMade("token", name, column);
  const value = plainValue(name, column);
  return value && `${cellOf(name)}::text is not distinct from (${value})::text`;
}
