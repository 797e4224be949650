import type pg from "pg";
import { EnvError } from "../../lib/env";
import { demoDomains } from "../refuse";

/**
 * The demo makes its platform anew and shows everybody's sign-in codes, so it touches nothing but an empty database or one of its own,
 * with its people in it. Whoever sets `TRUST_CENTER_MODE=demo` beside the address of a platform of theirs would else lose it.
 * @throws EnvError with what to do; the database is as it was
 */
export async function refuseOther(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`);
  const names = rows.map(({ name }) => name);
  if (names.length === 0) return;
  const looksLike = names.every((name) => name.startsWith("public.")) && own.every((name) => names.includes(name));
  if (looksLike && (await hasDemoPeople(client))) return;
  throw new EnvError(
    "PLATFORM_DATABASE_URL leads to a database that is not the demo's, which is not touched: the demo fills its platform itself, and shows " +
      "everybody's sign-in codes. Leave TRUST_CENTER_MODE out to serve a platform of your own, or give the demo an empty database.",
  );
}

const own = ["public.schema_versions", "public.companies", "public.users", "public.work_orders"];

/** Some of the demo's people are there, whoever changed their own address since. */
async function hasDemoPeople(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (select from public.users u where split_part(lower(row_to_json(u)->>'email'), '@', 2) = any($1)) as found`,
    [demoDomains],
  );
  return rows[0]?.found === true;
}
