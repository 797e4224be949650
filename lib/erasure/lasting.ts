import type pg from "pg";
import { connect } from "../data-map/connect";

const known = new WeakMap<pg.ClientBase, string>();

/**
 * In which database of which cluster: a number of a transaction says something there alone, and after a restore into another one the same
 * number is somebody else's. Where the login may not ask which cluster it is, the oids of its database and of itself have to do.
 */
async function placeOf(client: pg.ClientBase): Promise<string> {
  const before = known.get(client);
  if (before) return before;
  const { rows } = await client.query<{ database: string; login: string; may: boolean }>(
    `select d.oid::text as database, current_user::regrole::oid::text as login,
            coalesce(has_function_privilege(to_regprocedure('pg_catalog.pg_control_system()'), 'execute'), false) as may
     from pg_database d where d.datname = current_database()`,
  );
  const [here] = rows;
  if (!here) throw new Error("a database that one is connected to is not there");
  const cluster = here.may
    ? (await client.query<{ id: string }>("select system_identifier::text as id from pg_control_system()")).rows[0]?.id
    : `r${here.login}`;
  const place = `${cluster}.${here.database}`;
  known.set(client, place);
  return place;
}

/** Asks a transaction for its number; see {@link transactionAt}. */
export const transactionSql = "select pg_current_xact_id()::text as id";

/** The name of a transaction of this session, by which one can ask later whether it lasted. @param number as {@link transactionSql} gives it */
export async function transactionAt(client: pg.ClientBase, number: string): Promise<string> {
  return `${number}@${await placeOf(client)}`;
}

/** The name of the open transaction. */
export async function currentTransaction(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ id: string }>(transactionSql);
  return transactionAt(client, rows[0]?.id ?? "");
}

/** The number of a transaction within its database, as one tells it. */
export const numberOf = (transaction: string): string => transaction.split("@")[0] ?? "";

export type Status = "committed" | "aborted" | "in progress";

/**
 * What became of a transaction, as far as this database knows it; null where it was too long ago. None lasted here of another cluster or
 * database, and none whose number was not given out yet, as after a restore.
 */
export async function statusOf(url: string, transaction: string): Promise<Status | null> {
  const client = await connect(url, "what lasted");
  try {
    const [, place] = transaction.split("@");
    // One that was noted before the place was has none.
    if (place !== undefined && place !== (await placeOf(client))) return "aborted";
    const { rows } = await client.query<{ status: Status | null }>("select pg_xact_status($1::text::xid8) as status", [
      numberOf(transaction),
    ]);
    return rows[0]?.status ?? null;
  } catch (error) {
    if ((error as { code?: string }).code === "22023") return "aborted";
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether a transaction of an earlier attempt lasted, see {@link statusOf}. @throws while it still runs */
export async function hasLasted(url: string, transaction: string): Promise<boolean> {
  const status = await statusOf(url, transaction);
  if (status === "in progress") throw new Error("an earlier attempt at this erasure still runs");
  return status === "committed";
}
