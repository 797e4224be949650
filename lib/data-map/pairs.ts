import { wordsSql } from "./moment";
import { baseOf, type Family, familyOf, isSameType, isWhole, type Typed } from "./type-families";

// How two columns of a link are compared. Whatever asks whether two values are the same link asks it here: who finds rows and who
// decides what becomes of them must not differ.

/**
 * How a value is written where it is compared with one of another column. `plain`: as it is; `lower`, `text`: as words; `written`: as
 * Postgres prints it, where a cast to words says more. The others
 * read words as what the other column holds, in whatever form they are written, and give null for words that are none.
 */
export type Form = "plain" | "lower" | "text" | "written" | "whole" | "number" | "float" | "uuid" | "moment";

/** `held`: the form of the column that is asked whether it holds a value; `sought`: that of the value. */
export type Pair = {
  held: Form;
  sought: Form;
  /** Both are of one type, so that lists of it can be compared as lists, which their indexes serve. */
  isSame?: true;
  /** Of one type: that as SQL names it, without lengths; missing: the map says too little of it. */
  base?: string | null;
  /** By which words are compared, as SQL names it; missing: by that of the column that is asked. */
  collation?: string;
};

/** Both as they are, as the database compares the columns of a foreign key. */
export const plainPair: Pair = { held: "plain", sought: "plain" };
/** As {@link plainPair} where the columns are of a `citext` whose schema is not searched. */
export const plainElsewhere: Pair = { held: "lower", sought: "lower" };

/** Compares a column with values of another one: as they are where Postgres knows how, else in a form of both. */
export function pairOf(held: Typed | undefined, sought: Typed | undefined): Pair {
  if (isSameType(held, sought) && !isElsewhere(held)) return { ...plainPair, isSame: true, base: baseOf(held) };
  return { held: formOf(held, sought), sought: formOf(sought, held) };
}

/** Of a `citext` whose schema is not searched the plain operators are those of `text`. */
const isElsewhere = (field: Typed | undefined): boolean => familyOf(field) === "citext" && /\./.test(field?.type ?? "");

/** The form of one column where it is compared with another one of another type. */
function formOf(field: Typed | undefined, other: Typed | undefined): Form {
  const [own, its] = [familyOf(field), familyOf(other)];
  const areWords = [own, its].every((family) => family === "words" || family === "citext");
  if (areWords && (isElsewhere(field) || isElsewhere(other))) return "lower";
  if (own === its) return own === "some" ? "text" : "plain";
  if (own === "address") return its === "words" || its === "citext" ? "written" : "text";
  const isTyped = (family: Family) => family !== "words" && family !== "citext" && family !== "some";
  const isNumber = (family: Family) => family === "number" || family === "float";
  if (isTyped(own) && isTyped(its) && !(isNumber(own) && isNumber(its))) return "text";
  if (own === "float") return "float";
  if (isTyped(own)) return "plain";
  if (its === "uuid" || its === "moment") return its;
  if (isNumber(its)) return isWhole(other) ? "whole" : "number";
  return own === "citext" || its === "citext" ? "lower" : "text";
}

/** Compares a column with identities of a kind, which are text: an address is the same in any case of letters. */
export const identityPair = (kind: string): Pair => ({ held: kind === "email" ? "lower" : "text", sought: "plain" });

/** Whether the database itself compares the two so, and its indexes serve. */
export const isPlain = ({ held, sought }: Pair): boolean => held === "plain" && sought === "plain";

export function inForm(form: Form, value: string): string {
  if (form === "plain") return value;
  const words = `${value}::text`;
  // An `inet` of one host is cast with its mask and printed without.
  if (form === "written") return `nullif(format('%s', ${value}), '')`;
  if (form === "lower") return `lower(${words})`;
  if (form === "whole") return wholeSql(words);
  if (form === "number") return numberSql(words);
  if (form === "uuid") return uuidSql(words);
  if (form === "moment") return wordsSql(value);
  // A float as it is written: made exact otherwise it loses digits.
  return form === "float" ? `${words}::numeric` : words;
}

// What these patterns take the casts take too: one row's words would end an erasure for all. By their bytes, as patterns are refused in
// a column whose collation tells no letters apart. Each row is asked, often: a count in a pattern (`{1,200}`) takes thirty times as long
// as `+`, since Postgres then makes a state of its own for each letter.
const blank = "[ \\t\\r\\n]*";
const matches = (words: string, pattern: string) => `${words} collate "C" ~ '^${pattern}$'`;
/** More digits than that are no number that a column holds. */
const isShort = (words: string) => `octet_length(${words}) <= 400`;
const digits = "[+-]?[0-9]+";

const numberSql = (words: string): string =>
  `(case when ${isShort(words)} and ${matches(words, `${blank}${digits}([.][0-9]+)?${blank}`)} then ${words}::numeric end)`;

/** As `bigint`, so that an index on whole numbers serves. */
const wholeSql = (words: string): string =>
  `(case when ${isShort(words)} and ${matches(words, `${blank}${digits}([.]0+)?${blank}`)} then
     case when ${words}::numeric between -9223372036854775808 and 9223372036854775807 then ${words}::numeric::bigint end end)`;

const uuid = "([0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}";
/** As uuids are nearly always written, asked without counting: the blanks of a `like` count for nothing. */
const isUsual = (words: string) =>
  `${words} collate "C" like '${[8, 4, 4, 4, 12].map((length) => "_".repeat(length)).join("-")}' and ${matches(words, "[0-9a-fA-F-]+")}
     and octet_length(replace(${words} collate "C", '-', '')) = 32`;
const uuidSql = (words: string): string =>
  `(case when ${isUsual(words)} or ${matches(`btrim(${words})`, `(${uuid}|[{]${uuid}[}])`)} then btrim(${words})::uuid end)`;

const collated = ({ collation }: Pair): string => (collation ? ` collate ${collation}` : "");

/** The condition that both are the same. */
export const equalSql = (pair: Pair, held: string, sought: string): string =>
  `${inForm(pair.held, held)} = ${inForm(pair.sought, sought)}${collated(pair)}`;

/** The condition that any of a list is the same. */
export const anyEqualSql = (pair: Pair, list: string, sought: string): string =>
  isPlain(pair)
    ? `${sought}${collated(pair)} = any(${list})`
    : `exists (select 1 from unnest(${list}) x(v) where ${equalSql(pair, "x.v", sought)})`;

/** Whether lists of the one are compared with lists of the other as such. */
export const isOverlap = (pair: Pair): boolean => pair.isSame === true && isPlain(pair);

/**
 * The condition that two such lists have a value in common. A list of values of a domain is compared with none of what that is made of,
 * so what is sought is made one. Extensions, such as intarray, have operators of that name which refuse a list that holds a null.
 */
export const overlapSql = ({ base }: Pair, list: string, sought: string): string =>
  `${list} operator(pg_catalog.&&) ${sought}${base ? `::${base}[]` : ""}`;

/** Whether both sides are compared as words, which have a collation. */
export const isWords = ({ held, sought }: Pair): boolean =>
  [held, sought].every((form) => form === "plain" || form === "lower" || form === "text");
