import { resolve } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { PgBoss } from "pg-boss";
import postgres from "postgres";
import { jobHeartbeatSeconds } from "../env";
import { deadLetterQueue, jobNames, jobs } from "../jobs/definitions";

/**
 * Brings a database to this version: our migrations, the queue's schema, its queues and their grants.
 * Safe to run by several replicas at once (advisory lock) and again (R16).
 * @param url the schema's owner
 * @param loginUrl whom web and worker log in as, when that is somebody else: a member of their roles from here on
 */
export async function migrateDatabase(url: string, loginUrl: string = url): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(7046029254386353131)`;
    // A migration that waits for a lock makes everybody behind it wait as well; better to fail and try again.
    await sql`set lock_timeout = '10s'`;
    await migrate(drizzle(sql), { migrationsFolder: resolve(import.meta.dirname, "../../drizzle") });
    await prepareQueues(url);
    await sql.unsafe(`
      grant usage on schema drizzle to tc_app, tc_worker;
      grant select on drizzle.__drizzle_migrations to tc_app, tc_worker;
      grant usage on schema pgboss to tc_app, tc_worker, tc_auth;
      grant select, insert, update, delete on all tables in schema pgboss to tc_app, tc_worker, tc_auth;
      grant usage on all sequences in schema pgboss to tc_app, tc_worker, tc_auth;
      grant execute on all functions in schema pgboss to tc_app, tc_worker, tc_auth;`);
    const login = decodeURIComponent(new URL(loginUrl).username);
    if (login !== decodeURIComponent(new URL(url).username)) {
      await sql`grant tc_app, tc_worker, tc_auth to ${sql(login)}`;
    }
  } finally {
    await sql.end();
  }
}

async function prepareQueues(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, max: 2 });
  await boss.start();
  try {
    await boss.createQueue(deadLetterQueue);
    for (const name of jobNames) {
      const { retryLimit, retryDelay, expireInSeconds } = jobs[name];
      const options = {
        retryLimit,
        retryDelay,
        retryBackoff: true,
        expireInSeconds,
        heartbeatSeconds: jobHeartbeatSeconds(),
        deadLetter: deadLetterQueue,
        notify: true,
      };
      await boss.createQueue(name, options);
      await boss.updateQueue(name, options);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
