import type pg from "pg";
import { connect } from "../data-map/connect";
import { heldIn, type KeptBack } from "../data-map/held";
import { literal, quoted, tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { accountsOf, fieldOf } from "../data-map/named";
import { isCompany, personSelect } from "../data-map/platform-person";
import type { Collection, DataMap } from "../data-map/types";
import { canBeEmpty, ErasureRefused, readCatalog } from "./catalog";
import { neededEraserUrl } from "./eraser-url";
import { stoppedBy } from "./stopped-by";

/**
 * Takes accounts out of a company on the platform: a backup has them in it, and they had left before it was closed. Where they
 * went is not known here, so afterwards they are in none. All of them, or none.
 * @param kept what nothing may change now
 * @throws ErasureRefused saying why the platform cannot do it, and what staff do instead; nothing was changed then
 */
export async function leaveCompany(
  map: DataMap,
  platformCompanyId: string,
  accounts: readonly string[],
  kept: readonly KeptBack[],
): Promise<void> {
  const home = homeSystem(map);
  const { person } = home;
  const people = accountsOf(home, "person");
  if (!people || !person.company) return;
  const column = `${people.table.schema}.${people.table.name}, column ${person.company}`;
  const refused = (why: string, cause?: unknown) =>
    new ErasureRefused(
      `${home.name}: accounts that had left a company before it was closed are in it again, and the company was not erased: ${why}. Give them the company in which they are by now (${column}), then run this again: ${accounts.join(", ")}`,
      { cause },
    );
  const client = await connect(
    neededEraserUrl(home),
    "erasure",
    "set statement_timeout = '10min'; set lock_timeout = '5s'",
  );
  try {
    await client.query("begin");
    const inside = `select m."userId" from (${personSelect(home)} where ${isCompany(home, "$1")}) m where m."userId" = any($2)`;
    const theirs = `t.${quoted(person.id)}::text in (${inside})`;
    const given = [platformCompanyId, accounts];
    const held = (await heldIn(client, home, kept))(people, "t");
    const among = `select 1 from ${tableName(people)} t where ${theirs} and ${held} limit 1`;
    if (held && (await client.query(among, given)).rowCount) throw refused("a legal hold keeps them as they are");
    const none = await noCompany(client, home, people, person.company);
    if (none === null) throw refused("the column has to name one");
    const led = await followers(client, people, person.company);
    if (led.length > 0) throw refused(`what ${led.join(", ")} has would follow them out of it`);
    await client.query(`update ${tableName(people)} t set ${quoted(person.company)} = ${none} where ${theirs}`, given);
    // A trigger may have kept them back, or set the column as it was.
    if ((await client.query(inside, given)).rowCount)
      throw refused("a trigger or a rule of the platform keeps them in it");
    await client.query("commit");
  } catch (error) {
    throw error instanceof ErasureRefused ? error : refused(stoppedBy(error), error);
  } finally {
    await client.end().catch(() => {});
  }
}

type Home = ReturnType<typeof homeSystem>;

/** SQL of what the column says of whoever is in no company; null when it has to say one. */
async function noCompany(client: pg.ClientBase, home: Home, people: Collection, name: string): Promise<string | null> {
  const catalog = await readCatalog(client, { ...home, collections: [people] }, ["update"]);
  const column = catalog.columns.get(people.name)?.get(name);
  if (column && canBeEmpty(column)) return "null";
  const [none] = fieldOf(people, name)?.none ?? [];
  return column && none !== undefined ? `${literal(none)}::${column.type}` : null;
}

/** Tables whose foreign keys would write the new company into rows of the old one (`on update cascade`). */
async function followers(client: pg.ClientBase, { table }: Collection, name: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct format('%I.%I', n.nspname, c.relname) as name
     from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
     where k.contype = 'f' and k.confupdtype not in ('a', 'r') and k.confrelid = format('%I.%I', $1::text, $2::text)::regclass
       and (select a.attnum from pg_attribute a where a.attrelid = k.confrelid and a.attname = $3) = any(k.confkey)
     order by 1`,
    [table.schema, table.name, name],
  );
  return rows.map((row) => row.name);
}
