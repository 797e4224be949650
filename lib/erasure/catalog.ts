import type pg from "pg";
import { columnNames, overPeriods, relationOf } from "../data-map/identifiers";
import { isMapped, nameOf, partsSql, schemasAndNames, type Table } from "../data-map/mapped-tables";
import { hidesRows } from "../data-map/row-security";
import type { Collection, System } from "../data-map/types";
import { keysOf, namedIn } from "./keys";
import { stampedColumns } from "./stamped";

export type Column = {
  /** As Postgres prints it, with its modifier. */
  type: string;
  /** The type behind a domain, without modifier; `enum` and `composite` for such types. */
  base: string;
  /** How many characters it holds at most; null for no limit. */
  length: number | null;
  /** How many digits a `numeric` has room for before its point; null for no limit. */
  digits?: number | null;
  /** Refuses null, by itself or by its domain. */
  required: boolean;
  /** Cannot be set: generated from others or always given by the database. */
  generated: boolean;
  /** The columns that it is generated from; null for none. */
  madeOf?: string[] | null;
  array: boolean;
  /** By which its words are compared, as SQL names it; null for the database's own and for what is no words. */
  collation?: string | null;
  /** Has a value of its own where a row names none. */
  given?: boolean;
  /**
   * Part of the primary key, or of what it is generated from, or of what says into which partition a row goes: another value would make
   * it another row.
   */
  key?: boolean;
  /** Other rows may not hold the same, by itself or together with other columns. */
  unique?: boolean;
  /** Says in which rows an index keeps others apart (`where`): the columns of each such index. The same may stand here in any number of rows. */
  picks?: string[][];
  /** Nor may two rows both be without a value there (`nulls not distinct`). */
  nullsAlike?: boolean;
  /** A check takes no row in which it and some others are all null (checks-together.ts), such as that one of two parents is set. */
  wanted?: true;
  /** What is kept apart there are ranges that overlap (`exclude ... with &&`): any number of rows may hold an empty one. */
  disjoint?: boolean;
  /** How many characters a token may have by the column's checks (fit-checks.ts); missing: as many as it holds. */
  room?: number;
  /** SQL of the plainest value that its checks take (fit-checks.ts); null for none; missing: they were not asked. */
  plain?: string | null;
  /** The checks that take no token of any length. */
  refusedBy?: string;
  /** A trigger writes the present time there whenever the row is changed. */
  stamped?: true;
};

/** More about a column of a table. */
export type Noted = { schema: string; name: string; column: string } & Partial<Column>;

/** Whether any number of rows can be without a value in a column, whatever else they hold. */
export const canBeEmpty = ({ required, nullsAlike, wanted }: Column): boolean => !required && !nullsAlike && !wanted;

/** The columns of a foreign key that hold times. */
export type Period = { child: string; parent: string };

/** A foreign key of the database; partitions count as their parent. */
export type ForeignKey = {
  name: string;
  child: Table & { columns: string[] };
  parent: Table & { columns: string[] };
  /** Times beside these columns (`PERIOD`): the child's lies within those of the parent's rows, and leads to each that it overlaps. */
  period: Period | null;
  /** Every row of the child that holds a key leads to a row of the parent: validated, and of these very tables, without heirs. */
  vouched: boolean;
  /** All of its columns are null or none (`match full`). */
  full: boolean;
};

/** What the live database says of the mapped tables. */
export type Catalog = {
  columns: ReadonlyMap<string, ReadonlyMap<string, Column>>;
  /** Collections that are views: what they show goes with the tables behind them, which are collections too. */
  views: ReadonlySet<string>;
  /** Views among them that keep rows of their own until they are refreshed, in the order in which they are made of one another. */
  materialised: readonly string[];
  /** Sets of columns that the database itself keeps from holding the same twice. */
  uniques: ReadonlyMap<string, readonly (readonly string[])[]>;
  foreignKeys: ForeignKey[];
  /** A mapped table has triggers or rules of its own: what a statement says is then not all that happens. */
  hasTriggers: boolean;
  /** Collections where a delete does more than that, by a trigger or a rule. */
  actsOnDelete: ReadonlySet<string>;
  /** Collections with triggers that act on whole statements, whether or not these find a row. */
  actsOnStatements: ReadonlySet<string>;
  /** A mapped table is a partition or an heir of another one. */
  hasHeirs: boolean;
};

/** The database is not as the map says, or the login may not do what erasure takes; each line is a problem. */
export class ErasureRefused extends Error {
  override name = "ErasureRefused";
}

/**
 * Reads what erasure has to know, before anything is changed.
 * @param rights what the login has to be allowed on every table, besides reading
 * @throws ErasureRefused naming every table or column that is not there, and every table in which rows may not be
 *   read, changed and deleted, so that a run that cannot end whole does not begin
 */
export async function readCatalog(
  client: pg.ClientBase,
  { name: system, collections }: System,
  rights: readonly ("insert" | "update" | "delete")[] = ["update", "delete"],
): Promise<Catalog> {
  const tables = await tablesOf(client, collections, rights);
  const problems: string[] = [];
  const all = `select${rights.map((one, at) => `${at === rights.length - 1 ? " and" : ","} ${one}`).join("")}`;
  for (const { name, table, fields } of collections) {
    const found = tables.get(nameOf(table));
    if (!found) problems.push(`${system}.${name}: there is no table ${table.schema}.${table.name} (any more)`);
    else if (found.kind === "f") problems.push(`${system}.${name}: is a foreign table; map the system it comes from`);
    else {
      if (!found.permitted)
        problems.push(`${system}.${name}: the login may not ${all} there (or row security hides rows)`);
      if (found.kind === "m" && !found.refreshable && rights.includes("delete"))
        problems.push(
          `${system}.${name}: is a materialised view that the login may not refresh: what it shows would stay`,
        );
      for (const field of fields)
        if (!found.columns.has(field.name)) problems.push(`${system}.${name}: has no column ${field.name} (any more)`);
    }
  }
  if (problems.length > 0) throw new ErasureRefused(problems.join("\n"));
  const foundOf = ({ table }: Pick<Collection, "table">) => tables.get(nameOf(table));
  const keys = await keysOf(client, collections);
  const acts = await actsIn(client, collections);
  const stamped = acts.hasTriggers ? await stampedColumns(client, collections) : [];
  for (const { schema, name, column, ...more } of [...keys.columns, ...stamped])
    Object.assign(tables.get(nameOf({ schema, name }))?.columns.get(column) ?? {}, more);
  for (const { table, primaryKey } of collections)
    for (const [name, { key, madeOf }] of tables.get(nameOf(table))?.columns ?? [])
      for (const source of key || primaryKey.includes(name) ? (madeOf ?? []) : []) {
        const known = tables.get(nameOf(table))?.columns.get(source);
        if (known) known.key = true;
      }
  return {
    columns: new Map(collections.map((one) => [one.name, foundOf(one)?.columns ?? new Map()])),
    views: new Set(collections.flatMap((one) => (/[vm]/.test(foundOf(one)?.kind ?? "") ? [one.name] : []))),
    materialised: collections
      .filter((one) => foundOf(one)?.kind === "m")
      .toSorted((a, b) => Number(foundOf(a)?.oid) - Number(foundOf(b)?.oid))
      .map(relationOf),
    uniques: new Map(collections.map((one) => [one.name, keys.sets.get(nameOf(one.table)) ?? []])),
    foreignKeys: await foreignKeysOf(client, collections),
    ...acts,
  };
}

type Found = { oid: string; columns: Map<string, Column>; permitted: boolean; refreshable: boolean; kind: string };

async function tablesOf(
  client: pg.ClientBase,
  collections: readonly Collection[],
  rights: readonly string[],
): Promise<Map<string, Found>> {
  const { rows } = await client.query<
    Column & Omit<Found, "columns"> & { schema: string; name: string; column: string }
  >(
    `with recursive plain as (
       select t.oid, t.oid as base, t.typnotnull as required, t.typtypmod as modifier, t.typdefault is not null as given from pg_type t
       union all select p.oid, b.typbasetype, p.required or n.typnotnull, greatest(p.modifier, b.typtypmod, n.typtypmod), p.given
       from plain p join pg_type b on b.oid = p.base and b.typtype = 'd' join pg_type n on n.oid = b.typbasetype)
     select n.nspname as schema, c.relname as name, c.relkind as kind, c.oid::text as oid, a.attname as column,
            has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') and (c.relkind in ('v', 'm')
              or (select bool_and(has_table_privilege(c.oid, one)) from unnest($3::text[]) one) and not ${hidesRows("c.oid")}) as permitted,
            pg_has_role(c.relowner, 'usage') or case when current_setting('server_version_num')::int >= 170000
              then has_table_privilege(c.oid, 'maintain') else false end as refreshable,
            format_type(a.atttypid, a.atttypmod) as type,
            case when b.typtype = 'e' then 'enum' when b.typtype = 'c' then 'composite'
              when b.typtype = 'r' then 'range' when b.typtype = 'm' then 'multirange' else format_type(b.oid, null) end as base,
            case when b.oid in ('varchar'::regtype, 'bpchar'::regtype)
              then nullif(m.modifier, -5) end as length,
            case when b.oid = 'numeric'::regtype and m.modifier >= 0
              then ((m.modifier >> 16) & 65535) - (((m.modifier & 2047) # 1024) - 1024) end as digits,
            a.attnotnull or t.required as required,
            a.attgenerated <> '' or a.attidentity = 'a' as generated,
            case when a.attgenerated <> '' then (select array_agg(s.attname::text) from pg_attrdef d, lateral ${namedIn("d.adbin")} m join pg_attribute s on s.attnum = m.attnum
              where d.adrelid = c.oid and d.adnum = a.attnum and s.attrelid = c.oid) end as "madeOf",
            a.atthasdef or a.attidentity <> '' or t.given as given, b.typcategory = 'A' as array,
            (select format('%I.%I', w.nspname, o.collname) from pg_collation o join pg_namespace w on w.oid = o.collnamespace
             where o.oid = a.attcollation and o.collname <> 'default') as collation
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     join plain t on t.oid = a.atttypid join pg_type b on b.oid = t.base and b.typtype <> 'd',
     lateral (select greatest(a.atttypmod, t.modifier) - 4 as modifier) m
     where ${isMapped} and c.relkind in ('r', 'p', 'f', 'm', 'v')`,
    [...schemasAndNames(collections), [...rights]],
  );
  const tables = new Map<string, Found>();
  for (const { schema, name, kind, oid, permitted, refreshable, column, ...rest } of rows) {
    const key = nameOf({ schema, name });
    const table = tables.get(key) ?? { oid, columns: new Map(), permitted, refreshable, kind };
    tables.set(key, table);
    table.columns.set(column, rest);
  }
  return tables;
}

/** What happens by itself in the tables of the map, or in partitions or heirs of these. */
async function actsIn(
  client: pg.ClientBase,
  collections: readonly Collection[],
): Promise<Pick<Catalog, "hasTriggers" | "actsOnDelete" | "actsOnStatements" | "hasHeirs">> {
  const { rows } = await client.query<{
    schema: string;
    name: string;
    acts: boolean;
    onDelete: boolean | null;
    onStatements: boolean | null;
    isHeir: boolean;
  }>(
    `with recursive ${partsSql}
     select p.schema, p.name, bool_or(c.relhasrules or g.oid is not null) as acts, bool_or(c.relhasrules or g.tgtype & 8 <> 0) as "onDelete",
            bool_or(p.oid = p.root and g.tgtype & 1 = 0) as "onStatements",
            exists (select 1 from pg_inherits i where i.inhrelid = p.root) as "isHeir"
     from parts p join pg_class c on c.oid = p.oid left join pg_trigger g on g.tgrelid = c.oid and not g.tgisinternal
     where c.relkind not in ('v', 'm') group by p.root, p.schema, p.name`,
    schemasAndNames(collections),
  );
  const named = (which: "onDelete" | "onStatements") => {
    const found = new Set(rows.filter((row) => row[which]).map(nameOf));
    return new Set(collections.filter(({ table }) => found.has(nameOf(table))).map(({ name }) => name));
  };
  return {
    hasTriggers: rows.some(({ acts }) => acts),
    actsOnDelete: named("onDelete"),
    actsOnStatements: named("onStatements"),
    hasHeirs: rows.some(({ isHeir }) => isHeir),
  };
}

/** A partition or an heir counts as the first table above it, or itself, that is a collection; else as the topmost. */
async function foreignKeysOf(client: pg.ClientBase, collections: readonly Collection[]): Promise<ForeignKey[]> {
  const { rows } = await client.query<Omit<ForeignKey, "period"> & { overPeriods: boolean }>(
    `with recursive mapped as (
       select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where ${isMapped}),
     up as (
       select c.oid, c.oid as root, 0 as step from pg_class c where c.relkind in ('r', 'p')
       union all select u.oid, (select i.inhparent from pg_inherits i where i.inhrelid = u.root order by i.inhseqno limit 1), u.step + 1
       from up u where u.root not in (select oid from mapped) and exists (select 1 from pg_inherits i where i.inhrelid = u.root)),
     roots as (select distinct on (oid) oid, root from up order by oid, step desc)
     select k.conname as name, k.confmatchtype = 'f' as full, ${overPeriods} as "overPeriods",
            json_build_object('schema', cn.nspname, 'name', c.relname, 'columns', ${columnNames("k.conkey", "k.conrelid")}) as child,
            json_build_object('schema', pn.nspname, 'name', p.relname, 'columns', ${columnNames("k.confkey", "k.confrelid")}) as parent,
            k.convalidated and k.conrelid = c.oid and k.confrelid = p.oid and not exists (
              select 1 from pg_inherits i join pg_class h on h.oid = i.inhparent
              where i.inhparent in (c.oid, p.oid) and h.relkind = 'r') as vouched
     from pg_constraint k
     join roots cr on cr.oid = k.conrelid join pg_class c on c.oid = cr.root
     join pg_namespace cn on cn.oid = c.relnamespace
     join roots pr on pr.oid = k.confrelid join pg_class p on p.oid = pr.root
     join pg_namespace pn on pn.oid = p.relnamespace
     where k.contype = 'f' and k.conparentid = 0
     order by k.conname, k.oid`,
    schemasAndNames(collections),
  );
  return rows.map(({ overPeriods, ...key }) => {
    // A period always comes last.
    const period = overPeriods
      ? { child: key.child.columns.pop() ?? "", parent: key.parent.columns.pop() ?? "" }
      : null;
    return { ...key, period };
  });
}
