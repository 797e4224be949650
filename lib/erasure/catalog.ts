import type pg from "pg";
import type { Collection, System } from "../data-map/types";

export type Column = {
  /** As Postgres prints it, with its modifier. */
  type: string;
  /** The type behind a domain, without modifier; `enum` and `composite` for such types. */
  base: string;
  /** How many characters it holds at most; null for no limit. */
  length: number | null;
  /** Refuses null, by itself or by its domain. */
  required: boolean;
  /** Cannot be set: generated from others or always given by the database. */
  generated: boolean;
  array: boolean;
  /** Has a value of its own where a row names none. */
  given?: boolean;
};

/** A foreign key of the database; partitions count as their parent. */
export type ForeignKey = {
  name: string;
  child: { schema: string; table: string; columns: string[] };
  parent: { schema: string; table: string; columns: string[] };
  /** Every row of the child that holds a key leads to a row of the parent: validated, and of these very tables, without heirs. */
  vouched: boolean;
};

/** What the live database says of the mapped tables. */
export type Catalog = {
  columns: ReadonlyMap<string, ReadonlyMap<string, Column>>;
  /** Collections that are views: what they show goes with the tables behind them, which are collections too. */
  views: ReadonlySet<string>;
  foreignKeys: ForeignKey[];
  /** A mapped table has triggers or rules of its own: what a statement says is then not all that happens. */
  hasTriggers: boolean;
};

/** The database is not as the map says, or the login may not do what erasure takes; each line is a problem. */
export class ErasureRefused extends Error {
  override name = "ErasureRefused";
}

/**
 * What stopped an erasure or a sweep, in words that name no value: the database's own message may hold those of a row (S31).
 * @param system where, when it is one of several; what was refused names it itself
 */
export function stoppedBy(error: unknown, system?: string): string {
  if (error instanceof ErasureRefused) return error.message;
  const { code, name } = error as { code?: unknown; name?: string };
  return `${system ? `${system}: ` : ""}the database refused (${code ?? name ?? "error"})`;
}

const nameOf = ({ schema, name }: { schema: string; name: string }) => JSON.stringify([schema, name]);

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
  for (const { name, table, fields } of collections) {
    const found = tables.get(nameOf(table));
    if (!found) problems.push(`${system}.${name}: there is no table ${table.schema}.${table.name} (any more)`);
    else if (found.kind === "f") problems.push(`${system}.${name}: is a foreign table; map the system it comes from`);
    else {
      if (!found.permitted)
        problems.push(
          `${system}.${name}: the login may not select${rights.length > 1 ? ", update and delete" : ` and ${rights[0]}`} there (or row security hides rows)`,
        );
      for (const field of fields)
        if (!found.columns.has(field.name)) problems.push(`${system}.${name}: has no column ${field.name} (any more)`);
    }
  }
  if (problems.length > 0) throw new ErasureRefused(problems.join("\n"));
  return {
    columns: new Map(collections.map(({ name, table }) => [name, tables.get(nameOf(table))?.columns ?? new Map()])),
    views: new Set(
      collections.flatMap(({ name, table }) => (/[vm]/.test(tables.get(nameOf(table))?.kind ?? "") ? [name] : [])),
    ),
    foreignKeys: await foreignKeysOf(client),
    hasTriggers: await actsByItself(client, collections),
  };
}

type Found = { columns: Map<string, Column>; permitted: boolean; kind: string };

async function tablesOf(
  client: pg.ClientBase,
  collections: readonly Collection[],
  rights: readonly string[],
): Promise<Map<string, Found>> {
  const { rows } = await client.query<
    Column & { schema: string; name: string; kind: string; permitted: boolean; column: string }
  >(
    `select n.nspname as schema, c.relname as name, c.relkind as kind, a.attname as column,
            has_table_privilege(c.oid, 'select') and (c.relkind in ('v', 'm')
              or (select bool_and(has_table_privilege(c.oid, one)) from unnest($3::text[]) one)
                 and not row_security_active(c.oid)) as permitted,
            format_type(a.atttypid, a.atttypmod) as type,
            case when b.typtype = 'e' then 'enum' when b.typtype = 'c' then 'composite' else format_type(b.oid, null) end as base,
            case when b.oid in ('varchar'::regtype, 'bpchar'::regtype)
              then nullif(greatest(a.atttypmod, t.typtypmod) - 4, -5) end as length,
            a.attnotnull or t.typnotnull as required,
            a.attgenerated <> '' or a.attidentity = 'a' as generated,
            a.atthasdef or a.attidentity <> '' or t.typdefault is not null as given, b.typcategory = 'A' as array
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     join pg_type t on t.oid = a.atttypid join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
     where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[])) and c.relkind in ('r', 'p', 'f', 'm', 'v')`,
    [collections.map(({ table }) => table.schema), collections.map(({ table }) => table.name), [...rights]],
  );
  const tables = new Map<string, Found>();
  for (const { schema, name, kind, permitted, column, ...rest } of rows) {
    const key = nameOf({ schema, name });
    const table = tables.get(key) ?? { columns: new Map(), permitted, kind };
    tables.set(key, table);
    table.columns.set(column, rest);
  }
  return tables;
}

/** Whether a mapped table, or a partition of one, has triggers or rules of its own. */
async function actsByItself(client: pg.ClientBase, collections: readonly Collection[]): Promise<boolean> {
  const { rows } = await client.query<{ acts: boolean }>(
    `with mapped as (
       select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where (n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[])) and c.relkind in ('r', 'p')),
     parts as (select oid from mapped union select p.relid from mapped m, pg_partition_tree(m.oid) p)
     select exists (select 1 from parts join pg_class c using (oid) where c.relhasrules
       or exists (select 1 from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal)) as acts`,
    [collections.map(({ table }) => table.schema), collections.map(({ table }) => table.name)],
  );
  return rows[0]?.acts !== false;
}

async function foreignKeysOf(client: pg.ClientBase): Promise<ForeignKey[]> {
  const { rows } = await client.query<{
    name: string;
    child_schema: string;
    child_table: string;
    child_columns: string[];
    parent_schema: string;
    parent_table: string;
    parent_columns: string[];
    vouched: boolean;
  }>(
    `select k.conname as name, cn.nspname as child_schema, c.relname as child_table, pn.nspname as parent_schema,
            p.relname as parent_table,
            array(select a.attname::text from unnest(k.conkey) with ordinality u(n, at)
                  join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n order by u.at) as child_columns,
            array(select a.attname::text from unnest(k.confkey) with ordinality u(n, at)
                  join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n order by u.at) as parent_columns,
            k.convalidated and k.conrelid = c.oid and k.confrelid = p.oid and not exists (
              select 1 from pg_inherits i join pg_class h on h.oid = i.inhparent
              where i.inhparent in (c.oid, p.oid) and h.relkind = 'r') as vouched
     from pg_constraint k
     join pg_class c on c.oid = coalesce(pg_partition_root(k.conrelid), k.conrelid)
     join pg_namespace cn on cn.oid = c.relnamespace
     join pg_class p on p.oid = coalesce(pg_partition_root(k.confrelid), k.confrelid)
     join pg_namespace pn on pn.oid = p.relnamespace
     where k.contype = 'f' and k.conparentid = 0
     order by k.conname, k.oid`,
  );
  return rows.map((row) => ({
    name: row.name,
    child: { schema: row.child_schema, table: row.child_table, columns: row.child_columns },
    parent: { schema: row.parent_schema, table: row.parent_table, columns: row.parent_columns },
    vouched: row.vouched,
  }));
}
