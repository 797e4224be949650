import type pg from "pg";
import { quoted } from "../data-map/identifiers";
import { inSavepoint } from "../data-map/in-savepoint";
import { isMapped, schemasAndNames } from "../data-map/mapped-tables";
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
import { closingColumns } from "./conditions";
import type { Mapped } from "./references";
import { problemsOf } from "./values-apart";

/** What the checks of a column, and of its domain, say of it alone. */
type Checks = { schema: string; table: string; column: string; names: string; condition: string };

/**
 * A value of each of these lengths (`tc_length`), held against the checks of a column, and what follows from the greatest that they take.
 */
type Question = Checks & { value: string; from: number; to: number; note: (most: number | null) => void };

/** What the database says of a question: the greatest length that is taken, or null for none; `unsaid` where it may not be asked. */
type Answer = number | null | "unsaid";

/**
 * Notes how long a token may be in a column, which plain value it may hold, and whether a range may be empty, as the checks there have it:
 * the database itself is asked about each. What a check says of several columns together only the rows can show (checks-together.ts).
 */
export async function fitChecks(client: pg.ClientBase, system: System, catalog: Catalog): Promise<void> {
  const all = await checksOf(client, system);
  const questions = system.collections.flatMap(({ name, table, fields }) =>
    fields.flatMap((field) => {
      const column = catalog.columns.get(name)?.get(field.name);
      const checks = all.find(
        (one) => one.schema === table.schema && one.table === table.name && one.column === field.name,
      );
      return column && checks ? questionsOf(field, column, checks) : [];
    }),
  );
  if (questions.length === 0) return;
  const answers = await longest(client, questions).catch(() => eachAlone(client, questions));
  for (const [at, { note }] of questions.entries()) {
    const answer = answers[at] ?? null;
    if (answer !== "unsaid") note(answer);
  }
}

function questionsOf(field: Field, column: Column, checks: Checks): Question[] {
  const asked: Question[] = [];
  if (column.disjoint) {
    const value = plainValue(field.name, column) ?? "null";
    const note = (most: number | null) => {
      column.disjoint = most !== null;
    };
    asked.push({ ...checks, value, from: 1, to: 1, note });
  }
  const token = tokenFor(field, column);
  if (token) {
    const note = (most: number | null) => {
      if (most === null) column.refusedBy = checks.names;
      else if (most < token.to) column.room = most;
    };
    asked.push({ ...checks, ...token, note });
  }
  const plain = field.erasure || canBeEmpty(column) || column.disjoint || takesToken(column) ? [] : plainValues(column);
  if (plain.length > 0) {
    // Not cast to a domain, which would refuse it before it is asked.
    const type = /^(multi)?range$/.test(column.base) ? column.type : column.base;
    const values = plain.map((value, at) => `when ${plain.length - at} then ${value}::${type}`);
    const note = (most: number | null) => {
      column.plain = most === null ? null : (plain[plain.length - most] ?? null);
    };
    asked.push({ ...checks, value: `case tc_length ${values.join(" ")} end`, from: 1, to: plain.length, note });
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

async function checksOf(client: pg.ClientBase, { collections }: System): Promise<Checks[]> {
  const { rows } = await client.query<Checks>(
    `with recursive cells as (
       select n.nspname as schema, c.relname as table, a.attname as column, c.oid, a.attnum, a.atttypid
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where ${isMapped}),
     domains as (
       select oid, attnum, atttypid as type from cells
       union all select d.oid, d.attnum, t.typbasetype from domains d join pg_type t on t.oid = d.type and t.typtype = 'd'),
     found as (
       select l.oid, l.attnum, k.conname, pg_get_expr(k.conbin, k.conrelid) as says
       from cells l join pg_constraint k on k.contype = 'c' and k.conrelid = l.oid and k.conkey = array[l.attnum]
       union all select d.oid, d.attnum, k.conname, pg_get_expr(k.conbin, 0)
       from domains d join pg_constraint k on k.contype = 'c' and k.contypid = d.type)
     select l.schema, l.table, l.column, string_agg(f.conname, ', ' order by f.conname) as names,
            string_agg(format('(%s) is not false', f.says), ' and ') as condition
     from cells l join found f using (oid, attnum) group by 1, 2, 3`,
    schemasAndNames(collections),
  );
  return rows;
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
