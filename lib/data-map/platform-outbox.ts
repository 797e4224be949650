import { connect } from "./connect";
import { meetsSql } from "./empty";
import { quoted, relationOf, tableName } from "./identifiers";
import { homeSystem } from "./load";
import { accountsOf, collectionOf } from "./named";
import { withSnapshot } from "./platform";

export type PlatformMessage = {
  /** A uuid: the same message put in again is the same row. */
  id: string;
  platformUserId: string;
  title: string;
  body: string;
  /** An address of this app. */
  link: string;
  at: Temporal.Instant;
};

export const hasOutbox = (): boolean => homeSystem().outbox !== null;

/**
 * Puts messages where people find them on the platform, as the map's `trust.outbox` says: rows are added to that one
 * table and nothing else is written. The statement is made of the map's names alone; what a message says is a
 * parameter (S21). Again with the same ids it changes nothing.
 * @returns the ids that stand there now; somebody without an open account gets none
 * @throws when the platform cannot be reached or refuses
 */
export async function putPlatformMessages(messages: PlatformMessage[]): Promise<Set<string>> {
  const home = homeSystem();
  const { outbox, person } = home;
  const people = accountsOf(home, "person");
  const box = collectionOf(home, outbox?.collection);
  if (!outbox || !people || !box) throw new Error("the data map names no outbox");
  const open = await withSnapshot(home, async (client) => {
    const active = person.active ? `and ${meetsSql(people, person.active, "p")}` : "";
    const { rows } = await client.query<{ id: string }>(
      `select p.${quoted(person.id)}::text as id from ${tableName(people)} p
       where p.${quoted(person.id)}::text = any($1) ${active}`,
      [messages.map(({ platformUserId }) => platformUserId)],
    );
    return new Set(rows.map(({ id }) => id));
  });
  const columns: [string | null, (message: PlatformMessage) => string][] = [
    [outbox.id, ({ id }) => id],
    [outbox.person, ({ platformUserId }) => platformUserId],
    [outbox.title, ({ title }) => title],
    [outbox.body, ({ body }) => body],
    [outbox.link, ({ link }) => link],
    [outbox.at, ({ at }) => at.toString()],
  ];
  const filled = columns.filter(
    (column): column is [string, (message: PlatformMessage) => string] => column[0] !== null,
  );
  const rows = messages
    .filter(({ platformUserId }) => open.has(platformUserId))
    .map((message) => Object.fromEntries(filled.map(([name, value]) => [name, value(message)])));
  const names = filled.map(([name]) => quoted(name)).join(", ");
  const client = await connect(outbox.url(), "outbox", "", { statement_timeout: 30_000, lock_timeout: 5000 });
  try {
    await client.query(
      `insert into ${relationOf(box)} (${names})
       select ${names} from json_populate_recordset(null::${relationOf(box)}, $1) on conflict do nothing`,
      [JSON.stringify(rows)],
    );
  } finally {
    await client.end().catch(() => {});
  }
  return withSnapshot(home, async (reader) => {
    const { rows: there } = await reader.query<{ id: string }>(
      `select ${quoted(outbox.id)}::text as id from ${tableName(box)} where ${quoted(outbox.id)}::text = any($1)`,
      [messages.map(({ id }) => id)],
    );
    return new Set(there.map(({ id }) => id));
  });
}
