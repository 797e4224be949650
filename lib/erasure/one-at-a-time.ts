import type pg from "pg";
import { connect } from "../data-map/connect";
import { ErasureRefused } from "./catalog";
import { isLocked } from "./stopped-by";

/** Somebody else is at it. No failure: nothing was changed, and whoever was put off tries again a little later. */
export class ErasurePutOff extends ErasureRefused {}

/** Minutes after which it does. */
export const laterMinutes = 5;

/** How long one waits for an erasure that is at work: most take seconds. */
export const patience = { seconds: 30 };

const busy = "another erasure is at work in this database; it is tried again";

/**
 * Takes the turn to erase in a database, before the transaction that does: of two at once each would see the other as somebody who
 * shares a row and cut its own link alone, so that the row stayed, nobody's. The session holds it, and it ends with the session.
 * Sweeps of rows by their age need no turn: whose a row is does not matter to them.
 * @throws ErasurePutOff
 */
export async function takeTurn(client: pg.ClientBase, system: string): Promise<void> {
  try {
    await client.query(`set statement_timeout = 0; set lock_timeout = '${patience.seconds}s'`);
    await client.query(`select pg_advisory_lock(${turn})`);
    // Should whoever holds it be cut off, or stand still for five minutes (connect.ts), somebody else can go on.
    await client.query("set lock_timeout = '5s'; set tcp_keepalives_idle = 60");
  } catch (error) {
    if (!isLocked(error)) throw error;
    throw new ErasurePutOff(`${system}: ${busy}`);
  }
}

const turn = "hashtextextended('trust center: erasing', 0)";

/** Ends it; the session's end would as well, but for a pooler that keeps sessions. */
export const endTurn = (client: pg.ClientBase) => client.query(`select pg_advisory_unlock(${turn})`);

/** @throws ErasureRefused when the transaction is another session's, which a pooler may give it: then it is nobody's turn */
export async function expectTurn(client: pg.ClientBase, system: string): Promise<void> {
  const { rowCount } = await client.query(
    `select 1 from pg_locks where locktype = 'advisory' and objsubid = 1 and granted and pid = pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())
       and (classid::bigint << 32 | objid::bigint) = ${turn}`,
  );
  if (!rowCount)
    throw new ErasureRefused(
      `${system}: the address of the login that erases (trust.eraser) leads to a pooler that changes sessions; name one that leads to the database itself`,
    );
}

/**
 * Does the work of one company's deletion while no other one's is at work: of two owners who leave at once each would see the other
 * stay. What has to be settled first is asked in it.
 * @param work may ask whether it is alone still; it throws when the session was lost
 * @throws ErasurePutOff at once, since another one may take hours
 */
export async function oneOfCompany<T>(
  url: string | null,
  company: string | null,
  work: (stillAlone: () => Promise<void>) => Promise<T>,
): Promise<T> {
  if (!url || !company) return work(async () => {});
  const client = await connect(url, "erasure");
  let last: Promise<unknown> = Promise.resolve();
  const ask = () => {
    last = last.catch(() => {}).then(() => client.query("select 1"));
    return last;
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    const { rows } = await client.query<{ isOurs: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('trust center: company ' || $1::text, 0)) as \"isOurs\"",
      [company],
    );
    if (!rows[0]?.isOurs) throw new ErasurePutOff(busy);
    await client.query(`set tcp_keepalives_idle = 60;
      select set_config(name, '60s', false) from pg_settings where name = 'idle_session_timeout'`);
    // A worker that stands still for a minute loses it.
    timer = setInterval(() => ask().catch(() => {}), 15_000);
    return await work(async () => {
      await ask().catch(() => {
        throw new ErasurePutOff(busy);
      });
    });
  } finally {
    clearInterval(timer);
    await last.catch(() => {});
    await client.query("select pg_advisory_unlock_all()").catch(() => {});
    await client.end().catch(() => {});
  }
}
