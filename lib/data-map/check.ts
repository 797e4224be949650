import type pg from "pg";
import { baseTypeSql, domainsSql } from "./domains";
import { keyColumns } from "./identifiers";
import { identityTypes } from "./identity-types";
import { otherCollations } from "./other-collations";
import { withSnapshot } from "./platform";
import { repeatedIds } from "./repeated-ids";
import { hidesRows } from "./row-security";
import { familyOf, isSameType } from "./type-families";
import type { Intake, System } from "./types";
import { unclearHolders } from "./unclear-holders";

/** One disagreement between the map and the live database. */
export type Finding = {
  kind:
    | "unclassified table"
    | "unclassified column"
    | "missing table"
    | "missing column"
    | "other type"
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

type Table = {
  oid: string;
  schema: string;
  name: string;
  view: boolean;
  /** Of which table it is a partition or an heir. */
  parent: string | null;
  /** Row security could keep rows from the login that reads. */
  hides: boolean;
  columns: Map<string, Column>;
};
/**
 * `given`: made by the database alone, so that nobody can set it. `needed`: every row has to say it. `base`: the type behind a domain,
 * which the map may say in its stead.
 */
type Column = {
  type: string;
  base: string;
  readable: boolean;
  given: boolean;
  needed: boolean;
  primary: boolean;
  heir?: string;
};

/**
 * Compares a system's map with its database, read only. Every ordinary, partitioned, foreign and
 * materialised table outside of Postgres's own schemas has to be in the map with every column (P4);
 * a partition or inheriting table counts as its parent. A view may be in the map, then with every column.
 */
export function checkSystem(system: System): Promise<Finding[]> {
  return withSnapshot(system, async (client) => {
    const live = await liveTables(
      client,
      system.ignoredSchemas.map(({ name }) => name),
    );
    const findings: Finding[] = [];
    const seen = new Set<string>();
    const declaredOids = new Set(
      declaredTables(system).flatMap(
        (one) => live.find(({ schema, name }) => schema === one.schema && name === one.name)?.oid ?? [],
      ),
    );
    const heirsOf = Map.groupBy(live, (one) => nearestAbove(one, live, declaredOids));
    for (const declared of declaredTables(system)) {
      const where = `${system.name}: ${declared.schema}.${declared.name}`;
      const table = live.find(({ schema, name }) => schema === declared.schema && name === declared.name);
      if (!table) {
        findings.push({ kind: "missing table", where, message: "is in the map and not in the database" });
        continue;
      }
      seen.add(table.oid);
      if (table.hides)
        findings.push({
          kind: "not readable",
          where,
          message: "row security could hide rows from the connection's role",
        });
      const heirs = heirsOf.get(table.oid) ?? [];
      const mapped = heirs.filter(({ oid }) => declaredOids.has(oid));
      const only = declared.only === true;
      if (only !== mapped.length > 0)
        findings.push({
          ...{ kind: "other heirs", where },
          message: only
            ? "is said to hold its own rows only, and no table that inherits from it is in the map"
            : `has heirs that are collections of their own (${mapped.map(({ name }) => name).join(", ")}); say \`only: true\``,
        });
      if (only)
        for (const heir of heirs.filter(({ oid }) => !declaredOids.has(oid)))
          findings.push({
            ...{ kind: "unclassified table", where: `${system.name}: ${heir.schema}.${heir.name}` },
            message: `inherits from ${table.name}, whose heirs are collections of their own`,
          });
      const named = new Set(live.filter(({ oid }) => declaredOids.has(oid)).map(({ name }) => name));
      const covered = new Map([...table.columns].filter(([, { heir }]) => heir === undefined || !named.has(heir)));
      findings.push(...(await compareColumns(client, where, declared.columns, { ...table, columns: covered })));
    }
    for (const table of live.filter(({ oid, view, parent }) => !view && parent === null && !seen.has(oid))) {
      findings.push({
        kind: "unclassified table",
        where: `${system.name}: ${table.schema}.${table.name}`,
        message: `nobody has said whose data it holds (columns: ${[...table.columns.keys()].join(", ")})`,
      });
    }
    // Only of a database that is otherwise as the map says: the rows could not be asked.
    if (findings.length > 0) return findings;
    return [
      ...identityTypes(system).map((one) => ({ kind: "other type" as const, ...one })),
      ...(await repeatedIds(client, system)).map((one) => ({ kind: "not unique" as const, ...one })),
      ...(await otherCollations(client, system)).map((one) => ({ kind: "other collation" as const, ...one })),
      ...(await unclearHolders(client, system)).map((one) => ({ kind: "unclear holder" as const, ...one })),
    ];
  });
}

/** Of the tables that one inherits from, the nearest that is in the map. */
function nearestAbove({ parent }: Table, live: readonly Table[], declared: ReadonlySet<string>): string | null {
  const above = parent === null ? undefined : live.find(({ oid }) => oid === parent);
  if (!above || declared.has(above.oid)) return above?.oid ?? null;
  return nearestAbove(above, live, declared);
}

type Declared = {
  schema: string;
  name: string;
  only?: boolean;
  columns: {
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
  }[];
};

function declaredTables({ collections, impersonal, edges }: System): Declared[] {
  const ends = Map.groupBy(
    edges.flatMap(({ from, to }) => [
      { ...from, meets: to },
      { ...to, meets: from },
    ]),
    ({ collection }) => collection,
  );
  const fieldAt = (end: { collection: string }, column: string | undefined) =>
    collections.find(({ name }) => name === end.collection)?.fields.find(({ name }) => name === column);
  return [
    ...collections.map(({ name: collection, table, fields }) => ({
      ...table,
      columns: fields.map((field) => ({
        ...field,
        isLinked:
          field.identity !== null || ends.get(collection)?.some(({ columns }) => columns.includes(field.name)) === true,
        isMixed: ends
          .get(collection)
          ?.some(({ columns, meets }) =>
            columns.some(
              (column, at) => column === field.name && !isSameType(field, fieldAt(meets, meets.columns[at])),
            ),
          ),
      })),
    })),
    ...impersonal.map(({ table, fields }) => ({
      ...table,
      columns: fields.map((field) => ({ ...field, dataType: null })),
    })),
  ];
}

/** Every table; columns that only an heir has are added to its parent's as well. */
async function liveTables(client: pg.ClientBase, ignored: string[]): Promise<Table[]> {
  type Row = Omit<Table, "columns"> & Omit<Column, "heir"> & { column: string | null };
  const { rows } = await client.query<Row>(
    `with recursive ${domainsSql}
     select c.oid::text as oid, (select i.inhparent::text from pg_inherits i where i.inhrelid = c.oid limit 1) as parent,
            n.nspname as schema, c.relname as name, c.relkind = 'v' as view, a.attname as column,
            format_type(a.atttypid, a.atttypmod) as type,
            ${baseTypeSql("a")} as base, has_column_privilege(c.oid, a.attnum, 'select') as readable,
            a.attgenerated <> '' or a.attidentity = 'a' or c.relkind in ('v', 'm', 'f') as given,
            a.attnotnull and not a.atthasdef and a.attidentity = '' as needed,
            ${hidesRows("c.oid")} as hides,
            exists (select 1 from pg_index x where x.indrelid = c.oid and x.indisprimary and a.attnum = any(${keyColumns("x")})) as primary
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p', 'f', 'm', 'v') and c.relpersistence <> 't'
       and n.nspname not in ('information_schema', 'pg_catalog') and n.nspname not like 'pg\\_toast%' and n.nspname <> all($1)
     order by n.nspname, c.relname, a.attnum`,
    [ignored],
  );
  const tables = new Map<string, Table>();
  for (const { oid, parent, schema, name, view, hides, column, ...rest } of rows) {
    const table = tables.get(oid) ?? { oid, parent, schema, name, view, hides, columns: new Map<string, Column>() };
    tables.set(oid, table);
    if (column !== null) table.columns.set(column, rest);
  }
  const rootOf = (table: Table): Table => {
    let root = table;
    for (let up = 0; root.parent !== null && up < 32; up++) root = tables.get(root.parent) ?? { ...root, parent: null };
    return root;
  };
  for (const table of tables.values()) {
    const root = rootOf(table);
    // A column that only the heir has is named with it: nobody would find it in the parent.
    if (root !== table) {
      for (const [column, found] of table.columns) {
        if (!root.columns.has(column)) root.columns.set(`${column} (of ${table.name})`, { ...found, heir: table.name });
      }
    }
  }
  return [...tables.values()];
}

async function compareColumns(
  client: pg.ClientBase,
  where: string,
  declared: Declared["columns"],
  table: Table,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const types = declared.map(({ type }) => type?.replace(/\(.*?\)/, "") ?? null);
  // Postgres itself resolves what a type is called; a name it does not know gives null.
  const { rows } = await client.query<{ type: string | null }>(
    "select format_type(to_regtype(t.name), null) as type from unnest($1::text[]) with ordinality t(name, at) order by t.at",
    [types],
  );
  for (const [at, { name, type, dataType, correct, primaryKey, intake, isLinked, isMixed }] of declared.entries()) {
    const column = table.columns.get(name);
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
  for (const [name, { type }] of table.columns) {
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
