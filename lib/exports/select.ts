import type { Client } from "pg";

/** A column as the database describes it. */
export type Column = { name: string; type: string; category: string; elementCategory: string | null };

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The columns that a SELECT returns, without running it. */
export async function columnsOf(client: Client, select: string): Promise<Column[]> {
  const { fields } = await client.query({ text: `SELECT * FROM (${select}) t LIMIT 0`, rowMode: "array" });
  const { rows } = await client.query<{ oid: number; type: string; category: string; element: string | null }>(
    `SELECT t.oid::int AS oid, t.typname AS type, t.typcategory AS category, e.typcategory AS element
       FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' WHERE t.oid = ANY($1::oid[])`,
    [fields.map((field) => field.dataTypeID)],
  );
  return fields.map(({ name, dataTypeID }) => {
    const known = rows.find((row) => row.oid === dataTypeID);
    return {
      name,
      type: known?.type ?? "unknown",
      category: known?.category ?? "X",
      elementCategory: known?.element ?? null,
    };
  });
}

/** One JSON object a line. `json` keeps its text as written, line breaks included; between tokens they mean nothing. */
export function jsonLines(select: string, columns: Column[]): string {
  const breaks = columns.some(
    ({ type, category, elementCategory }) =>
      type === "json" || type === "_json" || category === "C" || elementCategory === "C",
  );
  // All of the row: "t" alone would be a column of that name, where there is one.
  const row = "row_to_json(t.*)";
  return `SELECT ${breaks ? `translate(${row}::text, E'\\n\\r', '  ')` : row} FROM (${select}) t`;
}

/**
 * What a spreadsheet takes for a formula at a cell's start (OWASP "CSV Injection": `= + - @`, tab, CR,
 * LF and the full-width forms), and the apostrophe itself, so that dropping one leading apostrophe
 * gives back every value. Postgres' text holds no NUL.
 */
const dangerous = [..."=+-@\t\r\n'＝＋－＠"].map((letter) => letter.codePointAt(0));
/** Numbers, truth values, times, arrays, networks, ranges and records begin with none of them, or stay numbers. */
const harmless = new Set(["N", "B", "D", "T", "A", "I", "R", "C"]);
const harmlessTypes = new Set(["uuid", "bytea", "json", "jsonb"]);

/** True when cells of this column are defused in CSV (S22). */
export const isDefused = ({ type, category }: Column): boolean =>
  type === "money" || !(harmless.has(category) || harmlessTypes.has(type));

/** The same rows for CSV, every cell that a spreadsheet could run set behind an apostrophe (S22). */
export function csvCells(select: string, columns: Column[]): string {
  const cells = columns.map((column) => {
    const name = `t.${quoted(column.name)}`;
    if (!isDefused(column)) return name;
    const text = `${name}::text`;
    return `CASE WHEN ascii(${text}) IN (${dangerous.join(",")}) THEN '''' || ${text} ELSE ${text} END AS ${quoted(column.name)}`;
  });
  return `SELECT ${cells.join(", ")} FROM (${select}) t`;
}
