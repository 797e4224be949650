import type pg from "pg";
import { Document } from "yaml";
import { keyColumns } from "./identifiers";
import { withSnapshot } from "./platform";
import type { System } from "./types";

type Column = { table: string; name: string; type: string; key: boolean; generated: boolean };
type Link = { table: string; columns: string[]; parent: string; parentColumns: string[]; name: string };

/** What nobody but the platform's owner can say; the map is refused while one stands. */
export const toSay = "TO-SAY";

/**
 * The skeleton of a map of a live database: every table with its columns, types, keys and foreign keys. Whose data it is stays to be
 * said, at each `TO-SAY`. Reads the catalog only.
 * @param schema the one that is drafted
 */
export function draftMap(system: Pick<System, "name" | "url">, schema: string): Promise<string> {
  return withSnapshot(system as System, async (client) => {
    const tables = Map.groupBy(await columnsOf(client, schema), ({ table }) => table);
    const links = await linksOf(client, schema);
    const document = new Document({
      dataset: [
        {
          fides_key: system.name,
          data_categories: ["user"],
          fides_meta: { namespace: { schema } },
          trust: {
            connection: "PLATFORM_DATABASE_URL",
            eraser: { connection: "PLATFORM_ERASER_DATABASE_URL" },
            person: { collection: toSay, id: toSay, email: toSay, closed: toSay },
          },
          collections: [...tables].map(([name, columns]) => ({
            name,
            trust: { category: toSay, role: toSay, scope: toSay, retention: toSay, erasure: toSay },
            fields: columns.map((column) => fieldOf(system.name, column, links)),
          })),
        },
      ],
    });
    document.commentBefore = ` A draft: say what stands as ${toSay} (docs/data-map.md), or of a table without personal data
   trust: { scope: none, ground: why }
 References that lead to nobody's data can be left out; which of several makes a row somebody's is the role's to say.`;
    return document.toString({ lineWidth: 0, flowCollectionPadding: true });
  });
}

function fieldOf(dataset: string, { table, name, type, key, generated }: Column, links: readonly Link[]) {
  const references = links
    .filter((link) => link.table === table && link.columns.includes(name))
    .map(({ columns, parent, parentColumns, name: constraint }) => ({
      ...{ dataset, field: `${parent}.${parentColumns[columns.indexOf(name)]}`, direction: "from" },
      ...(columns.length > 1 ? { trust: { key: constraint } } : {}),
    }));
  const meta = { ...(key ? { primary_key: true } : {}), ...(references.length > 0 ? { references } : {}) };
  return {
    name,
    ...(Object.keys(meta).length > 0 ? { fides_meta: meta } : {}),
    trust: { type, ...(generated ? { correct: "never" } : {}) },
  };
}

async function columnsOf(client: pg.ClientBase, schema: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
            exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary and a.attnum = any(${keyColumns("i")})) as key,
            a.attgenerated <> '' or a.attidentity = 'a' as generated
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = $1 and c.relkind in ('r', 'p', 'm') and not c.relispartition order by c.relname, a.attnum`,
    [schema],
  );
  return rows;
}

async function linksOf(client: pg.ClientBase, schema: string): Promise<Link[]> {
  const names = (columns: string, table: string) =>
    `array(select a.attname::text from unnest(${columns}) with ordinality u(n, at) join pg_attribute a on a.attrelid = ${table} and a.attnum = u.n order by u.at)`;
  const { rows } = await client.query<Link>(
    `select c.relname as table, ${names("k.conkey", "k.conrelid")} as columns, p.relname as parent,
            ${names("k.confkey", "k.confrelid")} as "parentColumns", k.conname as name
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     join pg_class p on p.oid = k.confrelid and p.relnamespace = c.relnamespace
     where k.contype = 'f' and k.conparentid = 0 and n.nspname = $1 and not c.relispartition order by 1, 5`,
    [schema],
  );
  return rows;
}
