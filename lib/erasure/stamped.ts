import type pg from "pg";
import { partsSql, schemasAndNames } from "../data-map/mapped-tables";
import type { Collection } from "../data-map/types";
import type { Noted } from "./catalog";

type Trigger = { schema: string; name: string; acts: string; body: string; args: string };

/**
 * Columns into which a trigger writes the present time whenever their row is changed, such as `updated_at`: what an erasure makes of
 * them is overwritten by its own update, so they cannot tell whether it was done. Read from what the trigger's function says, since
 * to try it would be to change rows.
 */
export async function stampedColumns(client: pg.ClientBase, collections: readonly Collection[]): Promise<Noted[]> {
  // 19: before an update, for each row; a function in C has its name for a body.
  const { rows } = await client.query<Trigger>(
    `with recursive ${partsSql}
     select distinct p.schema, p.name, pg_get_triggerdef(g.oid) as acts, f.prosrc as body, encode(g.tgargs, 'escape') as args
     from parts p join pg_trigger g on g.tgrelid = p.oid join pg_proc f on f.oid = g.tgfoid
     where g.tgtype & 19 = 19 and g.tgenabled in ('O', 'A')`,
    schemasAndNames(collections),
  );
  return rows.flatMap(({ schema, name, acts, body, args }) => {
    // One that leaves some logins out may leave out this one.
    if (/\b(current_user|session_user)\b/i.test(acts + body)) return [];
    const columns = body === "moddatetime" ? args.split("\\000").slice(0, 1) : assignedNow(body);
    return columns.map((column) => ({ schema, name, column, stamped: true as const }));
  });
}

const now = /\b(now|(clock|statement|transaction)_timestamp)\s*\(|\b(current_timestamp|current_date|localtimestamp)\b/i;

/** Columns to which a PL/pgSQL function assigns the present time and nothing that was in the row. */
export function assignedNow(body: string): string[] {
  const plain = body.replaceAll(/--.*|\/\*[\s\S]*?\*\//g, " ");
  const assignments = plain.matchAll(
    /(?:^|;|\b(?:begin|then|else|loop)\b)\s*new\s*\.\s*(?:"([^"]+)"|(\w+))\s*:?=(?=([^;]*))/gi,
  );
  return [...assignments].flatMap(([, quoted, plain = "", value = ""]) =>
    now.test(value) && !/\b(new|old)\s*\./i.test(value) ? [quoted ?? plain.toLowerCase()] : [],
  );
}
