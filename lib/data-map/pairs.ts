import { comparable } from "./type-families";
import type { Field } from "./types";

// How two columns of a link are compared. Whatever asks whether two values are the same link asks it here: who finds rows and who
// decides what becomes of them must not differ.

/** How a value is written where it is compared with one of another column. */
export type Form = "plain" | "lower" | "text";

/** `held`: the form of the column that is asked whether it holds a value; `sought`: that of the value. */
export type Pair = {
  held: Form;
  sought: Form;
  /** By which words are compared, as SQL names it; missing: by that of the column that is asked. */
  collation?: string;
};

/** Both as they are, as the database compares the columns of a foreign key. */
export const plainPair: Pair = { held: "plain", sought: "plain" };

/** Compares a column with values of another one: as they are, where Postgres knows how. */
export const pairOf = (held: Field | undefined, sought: Field | undefined): Pair =>
  comparable(held, sought) ? plainPair : { held: "text", sought: "text" };

/** Compares a column with identities of a kind, which are text: an address is the same in any case of letters. */
export const identityPair = (kind: string): Pair => ({ held: kind === "email" ? "lower" : "text", sought: "plain" });

/** Whether the database itself compares the two so, and its indexes serve. */
export const isPlain = ({ held, sought }: Pair): boolean => held === "plain" && sought === "plain";

export function inForm(form: Form, value: string): string {
  if (form === "lower") return `lower(${value}::text)`;
  return form === "text" ? `${value}::text` : value;
}

const collated = ({ collation }: Pair): string => (collation ? ` collate ${collation}` : "");

/** The condition that both are the same. */
export const equalSql = (pair: Pair, held: string, sought: string): string =>
  `${inForm(pair.held, held)} = ${inForm(pair.sought, sought)}${collated(pair)}`;

/** The condition that any of a list is the same. */
export const anyEqualSql = (pair: Pair, list: string, sought: string): string =>
  isPlain(pair)
    ? `${sought}${collated(pair)} = any(${list})`
    : `exists (select 1 from unnest(${list}) x(v) where ${equalSql(pair, "x.v", sought)})`;
