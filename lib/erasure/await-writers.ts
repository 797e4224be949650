import type pg from "pg";

/** Milliseconds that a transaction of somebody else's is waited for at most. */
const patience = 2000;

/**
 * Waits for whoever is writing in this database to end, so that what they write can be found. Nobody waits for us: it only looks.
 */
export async function awaitWriters(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ writers: string[] }>(
    `select coalesce(array_agg(distinct virtualtransaction), '{}') as writers from pg_locks
     where locktype = 'relation' and mode = 'RowExclusiveLock' and relation >= 16384 and pid is distinct from pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())`,
  );
  const writers = rows[0]?.writers ?? [];
  const until = performance.now() + patience;
  for (let waiting = writers.length > 0; waiting && performance.now() < until; ) {
    await new Promise((done) => setTimeout(done, 20));
    const left = await client.query("select 1 from pg_locks where virtualtransaction = any($1) limit 1", [writers]);
    waiting = left.rowCount !== 0;
  }
}
