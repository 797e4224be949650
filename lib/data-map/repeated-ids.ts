import type pg from "pg";
import { keyColumns, quoted, relationOf, tableName } from "./identifiers";
import { accountsOf, fieldOf } from "./named";
import type { System } from "./types";

/**
 * Ids of the map by which several people, or several companies, would be one. A unique index on just that column is enough; without one
 * the rows are asked, since many a schema says nothing.
 * @returns for each its place and what is wrong
 */
export async function repeatedIds(
  client: pg.ClientBase,
  system: System,
): Promise<{ where: string; message: string }[]> {
  const found: { where: string; message: string }[] = [];
  for (const [what, account] of [
    ["person", system.person],
    ["company", system.company],
  ] as const) {
    const collection = accountsOf(system, what);
    if (!account || !collection || !fieldOf(collection, account.id)) continue;
    const { rows } = await client.query<{ alone: boolean }>(
      `select exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null
                and ${keyColumns("i")} = array[(select a.attnum from pg_attribute a where a.attrelid = c.oid and a.attname = $2)])
              and (c.relkind = 'p' or not exists (select 1 from pg_inherits h where h.inhparent = c.oid)) as alone
       from pg_class c where c.oid = to_regclass($1)`,
      [relationOf(collection), account.id],
    );
    if (!rows[0] || rows[0].alone) continue;
    const { rowCount } = await client.query(
      `select 1 from ${tableName(collection)} t where t.${quoted(account.id)} is not null
       group by t.${quoted(account.id)} having count(*) > 1 limit 1`,
    );
    if (!rowCount) continue;
    const { table } = collection;
    found.push({
      where: `${system.name}: ${table.schema}.${table.name}.${account.id}`,
      message: `is \`${what}.id\`, and several rows hold the same: each would be erased with the others; name a column that tells them apart`,
    });
  }
  return found;
}
