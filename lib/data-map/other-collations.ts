import type pg from "pg";
import { isMapped, schemasAndNames } from "./mapped-tables";
import { collectionOf } from "./named";
import type { System } from "./types";

/**
 * Links between columns of which one takes words in other letters for the same and the other does not, or by other rules: who looks from
 * one side finds rows that who looks from the other does not.
 * @returns for each its place and what is wrong
 */
export async function otherCollations(
  client: pg.ClientBase,
  system: System,
): Promise<{ where: string; message: string }[]> {
  const { name, collections, edges } = system;
  const { rows } = await client.query<{
    schema: string;
    table: string;
    column: string;
    collation: string;
    loose: boolean;
  }>(
    `select n.nspname as schema, c.relname as table, a.attname as column, o.collname as collation, not o.collisdeterministic as loose
     from pg_attribute a join pg_collation o on o.oid = a.attcollation join pg_class c on c.oid = a.attrelid
     join pg_namespace n on n.oid = c.relnamespace
     where a.attnum > 0 and ${isMapped}`,
    schemasAndNames(collections),
  );
  const found = new Map<string, string>();
  const side = (collection: string, column: string) => {
    const { schema, name: table } = collectionOf(system, collection)?.table ?? {};
    return rows.find((row) => row.schema === schema && row.table === table && row.column === column);
  };
  for (const { from, to, holder } of edges) {
    const [held, kept] = holder === "from" ? [from, to] : [to, from];
    for (const [at, column] of held.columns.entries()) {
      const key = kept.columns[at] ?? "";
      const [own, other] = [side(held.collection, column), side(kept.collection, key)];
      if (!own || !other || own.collation === other.collation || !(own.loose || other.loose)) continue;
      const message = `is a link to ${kept.collection}.${key} and of another collation (${own.collation}, ${other.collation}), by which other words are the same: what is found by the one is missed by the other; give both the same`;
      found.set(`${name}: ${own.schema}.${own.table}.${column}`, message);
    }
  }
  return [...found].map(([where, message]) => ({ where, message }));
}
