import type pg from "pg";
import { quoted } from "../data-map/identifiers";
import { inSavepoint } from "../data-map/in-savepoint";
import type { Field, System } from "../data-map/types";
import {
  anonymised,
  isToken,
  plainValue,
  plainValues,
  plainWords,
  ruleInWords,
  takesToken,
  tokenOf,
} from "./anonymise";
import { type Catalog, type Column, canBeEmpty } from "./catalog";
import type { Check, Checks } from "./checks-of";
import { closingColumns } from "./conditions";
import type { Mapped } from "./references";
import { problemsOf } from "./values-apart";

/**
 * A value of each of these lengths (`tc_length`), held against what the checks of a column, and of its domain, say of it alone; and what
 * follows from the greatest that they take.
 */
type Question = {
  column: string;
  condition: string;
  value: string;
  from: number;
  to: number;
  note: (most: number | null) => void;
};

/** What the database says of a question: the greatest length that is taken, or null for none; `unsaid` where it may not be asked. */
type Answer = number | null | "unsaid";

/**
 * Notes how long a token may be in a column, which plain value it may hold, and whether a range may be empty, as the checks there have it:
 * the database itself is asked about each. What a check says of several columns together only the rows can show (checks-together.ts).
 */
export async function fitChecks(
  client: pg.ClientBase,
  { collections }: System,
  all: Checks,
  catalog: Catalog,
): Promise<void> {
  const questions = collections.flatMap(({ name, fields }) => {
    const checks = Map.groupBy(all.get(name) ?? [], ({ columns }) => (columns.length === 1 ? columns[0] : undefined));
    return fields.flatMap((field) => {
      const column = catalog.columns.get(name)?.get(field.name);
      const own = checks.get(field.name);
      return column && own ? questionsOf(field, column, own) : [];
    });
  });
  if (questions.length === 0) return;
  const answers = await longest(client, questions).catch(() => eachAlone(client, questions));
  for (const [at, { note }] of questions.entries()) {
    const answer = answers[at] ?? null;
    if (answer !== "unsaid") note(answer);
  }
}

function questionsOf(field: Field, column: Column, checks: readonly Check[]): Question[] {
  const asked: Question[] = [];
  const own = {
    column: field.name,
    condition: checks.map(({ says }) => `(${says}) is not false`).join(" and "),
  };
  if (column.disjoint) {
    const value = plainValue(field.name, column) ?? "null";
    const note = (most: number | null) => {
      column.disjoint = most !== null;
    };
    asked.push({ ...own, value, from: 1, to: 1, note });
  }
  const token = tokenFor(field, column);
  if (token) {
    const note = (most: number | null) => {
      if (most === null) column.refusedBy = checks.map(({ name }) => name).join(", ");
      else if (most < token.to) column.room = most;
    };
    asked.push({ ...own, ...token, note });
  }
  const plain = field.erasure || canBeEmpty(column) || column.disjoint || takesToken(column) ? [] : plainValues(column);
  if (plain.length > 0) {
    // Not cast to a domain, which would refuse it before it is asked.
    const type = /^(multi)?range$/.test(column.base) ? column.type : column.base;
    const values = plain.map((value, at) => `when ${plain.length - at} then ${value}::${type}`);
    const note = (most: number | null) => {
      column.plain = most === null ? null : (plain[plain.length - most] ?? null);
    };
    asked.push({ ...own, value: `case tc_length ${values.join(" ")} end`, from: 1, to: plain.length, note });
  }
  return asked;
}

/** The tokens that an erasure may make there; null for none. */
function tokenFor({ name, erasure }: Field, column: Column) {
  const by = erasure?.action === "anonymise" ? erasure.by : null;
  if (erasure ? !by || !isToken(by) : canBeEmpty(column)) return null;
  if (column.array || !plainWords.test(column.base) || anonymised(by ?? "token", name, column) === null) return null;
  const { value, from, to } = tokenOf(typeof by === "object" && by && "token" in by ? by.token : null);
  // Without a length `character` would be one letter.
  const type = column.base === "character" ? "bpchar" : column.base;
  return { value: `(${value})::${type}`, from, to: Math.min(to, column.length ?? to) };
}

/**
 * The greatest number of characters with which a value is taken, for each question; null of one that takes none.
 * @throws where a check fails with an error for such values
 */
async function longest(client: pg.ClientBase, questions: readonly Question[]): Promise<(number | null)[]> {
  const asked = questions.map(({ column, condition, value, from, to }) => {
    // In the check of a domain the value is called so.
    const names = [...new Set([column, "value"])].map((name) => `${value} as ${quoted(name)}`);
    return `(select max(tc_length) from (
       select tc_length from generate_series(${from}, ${to}) tc_length, unnest($1::text[]) tc_digits, lateral (select ${names.join(", ")}) t
       group by tc_length having bool_and(${condition})) fitting)`;
  });
  const { rows } = await inSavepoint(client, () =>
    client.query<{ most: (number | null)[] }>(`select array[${asked.join(", ")}]::int[] as most`, [
      // What begins with a letter, and what begins with a digit.
      ["a3f05c7e9b1d8246fe0b72c9", "7e9b1d8246fe0b72c9a3f05c"],
    ]),
  );
  return rows[0]?.most ?? [];
}

/** Where one of them fails: those that do take nothing, unless they speak of what the login may not look at. */
async function eachAlone(client: pg.ClientBase, questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const one of questions)
    answers.push(
      await longest(client, [one]).then(
        ([most = null]) => most,
        ({ code }) => (/^42/.test(code) ? "unsaid" : null),
      ),
    );
  return answers;
}

/** Columns whose checks take none of the tokens that an erasure would make there: one problem each. */
export const tokensRefused = (mapped: Mapped): string[] =>
  problemsOf(mapped, ({ collection, field: { name, erasure }, column, emptied }) => {
    if (!column.refusedBy || closingColumns(mapped.system, collection).includes(name) || !(erasure || emptied))
      return null;
    const by = erasure?.action === "anonymise" ? erasure.by : "token";
    const what = erasure ? `${ruleInWords(by)} makes` : "would become in an emptied row";
    return `${what} a token that its check does not take (${column.refusedBy}); say a form that it takes (\`erasure: { token: ... }\`, \`{ fixed: ... }\`), or \`keep\``;
  });
