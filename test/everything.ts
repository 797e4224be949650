import type pg from "pg";

/** Every row of every table of a database as text, under its table. */
export async function contents(client: pg.ClientBase, schema = "public"): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    [schema],
  );
  const found = new Map<string, string[]>();
  for (const { name } of rows) {
    const all = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
    found.set(name, all.rows.map(({ row }) => row).sort());
  }
  return found;
}

export const flat = (all: Map<string, string[]>): string[] =>
  [...all].flatMap(([name, rows]) => rows.map((row) => `${name} ${row}`));
