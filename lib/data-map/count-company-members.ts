import pg from "pg";
import { dataMap } from "./load";
import type { Condition } from "./types";

const quoted = pg.escapeIdentifier;

/** SQL of a map's condition; names and values come from the reviewed map, never from a request (S21). */
function conditionSql(condition: Condition | null): string {
  if (!condition) return "true";
  const column = quoted(condition.field);
  return condition.is === null
    ? `${column} is null`
    : `${column}::text in (${condition.is.map((value) => pg.escapeLiteral(value)).join(", ")})`;
}

/**
 * How many people hold an account of a company on the platform, and how many of them own it: whoever
 * is the only owner has to say who takes over before their account is deleted.
 * @returns null when no mapped system knows companies
 */
export async function countCompanyMembers(
  platformCompanyId: string,
): Promise<{ people: number; owners: number } | null> {
  const system = dataMap().systems.find(({ person }) => person?.company && person.owner);
  const person = system?.person;
  const table = system?.collections.find(({ name }) => name === person?.collection)?.table;
  if (!system || !person?.company || !table) return null;
  const client = new pg.Client({
    connectionString: system.url(),
    statement_timeout: 10_000,
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ people: number; owners: number }>(
      `select count(*)::int as people, (count(*) filter (where ${conditionSql(person.owner)}))::int as owners
       from ${quoted(table.schema)}.${quoted(table.name)}
       where ${quoted(person.company)}::text = $1 and ${conditionSql(person.active)}`,
      [platformCompanyId],
    );
    return rows[0] ?? null;
  } finally {
    await client.end();
  }
}
