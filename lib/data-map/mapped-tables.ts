import type { Collection } from "./types";

// What is asked of the catalogue about the tables of a map is asked of these.

export type Table = Pick<Collection["table"], "schema" | "name">;

/** By which a table is told from others, such as in a set of them. */
export const nameOf = ({ schema, name }: Table): string => JSON.stringify([schema, name]);

/** The condition that table `c` (pg_class) of schema `n` (pg_namespace) is one of those in `$1` and `$2`, see {@link schemasAndNames}. */
export const isMapped = "(n.nspname, c.relname) in (select * from unnest($1::text[], $2::text[]))";

/** `$1` and `$2` of a question about these tables. */
export const schemasAndNames = (some: readonly { table: Table }[]): [schemas: string[], names: string[]] => [
  some.map(({ table }) => table.schema),
  some.map(({ table }) => table.name),
];

/** A recursive CTE: each of these tables and views (`root`, `schema`, `name`), with itself and whatever inherits from it as `oid`. */
export const partsSql = `parts as (
    select c.oid as root, n.nspname as schema, c.relname as name, c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where ${isMapped}
    union select p.root, p.schema, p.name, i.inhrelid from pg_inherits i join parts p on p.oid = i.inhparent)`;
