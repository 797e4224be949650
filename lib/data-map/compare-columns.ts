import type pg from "pg";
import type { LiveTable } from "./live-tables";
import { familyOf } from "./type-families";
import type { Intake } from "./types";

/** One disagreement between the map and the live database. */
export type Finding = {
  kind:
    | "unclassified table"
    | "unclassified column"
    | "missing table"
    | "missing column"
    | "other type"
    | "other value"
    | "other collation"
    | "not readable"
    | "other key"
    | "not unique"
    | "unclear holder"
    | "other heirs"
    | "not correctable"
    | "no default";
  /** `system: schema.table.column` */
  where: string;
  message: string;
};

/** A column as the map says it. */
export type DeclaredColumn = {
  name: string;
  type: string | null;
  dataType: string | null;
  correct?: unknown;
  primaryKey?: boolean;
  intake?: Intake;
  /** By what it holds rows are found. */
  isLinked?: boolean;
  /** Of a link whose other end is of another type. */
  isMixed?: boolean;
};

/** What the map says of a table's columns beside what they are; every column has to be in it. */
export async function compareColumns(
  client: pg.ClientBase,
  where: string,
  declared: readonly DeclaredColumn[],
  { columns }: Pick<LiveTable, "columns">,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const types = declared.map(({ type }) => type?.replace(/\(.*?\)/, "") ?? null);
  // Postgres itself resolves what a type is called; a name it does not know gives null.
  const { rows } = await client.query<{ type: string | null }>(
    "select format_type(to_regtype(t.name), null) as type from unnest($1::text[]) with ordinality t(name, at) order by t.at",
    [types],
  );
  for (const [at, { name, type, dataType, correct, primaryKey, intake, isLinked, isMixed }] of declared.entries()) {
    const column = columns.get(name);
    const there = `${where}.${name}`;
    if (!column) {
      findings.push({ kind: "missing column", where: there, message: "is in the map and not in the table" });
      continue;
    }
    if (!column.readable) {
      findings.push({ kind: "not readable", where: there, message: "the connection's role may not read it" });
    }
    if (correct !== undefined && column.given)
      findings.push({
        kind: "not correctable",
        where: there,
        message: "the database gives its value (generated, or a view); say `correct: never`",
      });
    if (intake === "default" && column.needed)
      findings.push({
        kind: "no default",
        where: there,
        message: "has no default of its own, so nothing that another provider sent could be put in (`import`)",
      });
    if (column.primary && primaryKey === false)
      findings.push({ kind: "other key", where: there, message: "is of the primary key; say `primary_key: true`" });
    const problems = [column.type, column.base].map((live) =>
      type ? otherType(type, rows[at]?.type ?? null, live) : otherDataType(dataType, live),
    );
    if (problems[0] && problems[1]) findings.push({ kind: "other type", where: there, message: problems[0] });
    else if (isLinked && column.base.endsWith("[]") && !(type ?? dataType)?.endsWith("[]"))
      findings.push({
        ...{ kind: "other type", where: there },
        message: `holds a list by its domain, each value of which is a link; say \`${column.base}\``,
      });
    else if (
      isMixed &&
      type &&
      familyOf({ type, dataType }) === "some" &&
      familyOf({ type: column.base, dataType }) !== "some"
    )
      findings.push({
        ...{ kind: "other type", where: there },
        message: `is a domain, and links are compared by what it is made of; say \`${column.base}\``,
      });
  }
  const names = new Set(declared.map(({ name }) => name));
  for (const [name, { type }] of columns) {
    if (names.has(name)) continue;
    findings.push({ kind: "unclassified column", where: `${where}.${name}`, message: `is not in the map (${type})` });
  }
  return findings;
}

const modifier = (type: string) => /\((.*?)\)/.exec(type)?.[1]?.replace(/\s/g, "") ?? null;

/** Null when they agree. A declared length or precision must agree as well; one left out need not. */
function otherType(declared: string, resolved: string | null, live: string): string | null {
  // What an interval is made of stands behind it, and no type of its own.
  if (declared.trim().toLowerCase() === live.toLowerCase()) return null;
  const bare = live.replace(/\(.*?\)/, "");
  // `char` alone is `character(1)` to Postgres and prints so.
  const agree = resolved !== null && resolved.replace(/\(.*?\)/, "") === bare;
  const wanted = modifier(declared);
  if (agree && (wanted === null || wanted === modifier(live))) return null;
  return `is ${live} in the database and ${declared} in the map`;
}

const dataTypes: Record<string, RegExp> = {
  string:
    /^(text|character|uuid|date|time|timestamp|interval|inet|cidr|macaddr|bytea|xml|citext|"?char|bpchar|name|bit|USER)/i,
  integer: /^(smallint|integer|bigint)/,
  float: /^(real|double|numeric|money)/,
  boolean: /^boolean/,
  object_id: /./,
  object: /^(json|hstore|xml)/,
};

/** For maps that give Fideslang's coarse type only. Own types (enums, domains) count as strings. */
function otherDataType(declared: string | null, live: string): string | null {
  if (!declared) return "the map gives no type (`trust.type` or `fides_meta.data_type`)";
  const [base, array] = [declared.replace("[]", ""), declared.endsWith("[]")];
  if (array !== live.endsWith("[]")) return `is ${live} in the database and ${declared} in the map`;
  const plain = live.replace("[]", "");
  const known = Object.values(dataTypes).some((pattern) => pattern.source !== "." && pattern.test(plain));
  const fits = dataTypes[base]?.test(plain) || (!known && base === "string");
  return fits ? null : `is ${live} in the database and ${declared} in the map`;
}
