import { sql } from "drizzle-orm";
import { systemCtx } from "../context";
import { withRead } from "../db/transaction";
import { deadLetterQueue } from "../jobs/definitions";

/** Counted no further: whoever watches wants to know that there are some. */
const countedTo = 1000;
/** Milliseconds that the counts may take, as any check of the readiness. */
const patience = 3_000;

/** What waits for people: cases whose clock was missed, and jobs that gave up (R10). Counts alone; null when they cannot be had. */
export type DeskHealth = { overdue: number | null; deadLetters: number | null };

/**
 * Stands beside the readiness of a replica and never changes it: taking replicas out of service answers nobody. Each count
 * is bounded, so that being asked often costs little.
 */
export async function deskHealth(): Promise<DeskHealth> {
  const unknown: DeskHealth = { overdue: null, deadLetters: null };
  const late = new Promise<DeskHealth>((done) => setTimeout(() => done(unknown), patience).unref());
  return Promise.race([counted().catch(() => unknown), late]);
}

async function counted(): Promise<DeskHealth> {
  const [row] = await withRead(systemCtx("health"), (tx) =>
    tx.db.execute<{ overdue: number; dead_letters: number }>(sql`
      select (select count(*)::int from (select 1 from cases where closed_at is null
               and (case when next_due_at is null then 'infinity'::timestamptz else next_due_at end) < now() limit ${countedTo}) a) as overdue,
             (select count(*)::int from (select 1 from pgboss.job where name = ${deadLetterQueue}
               and state in ('created', 'retry') limit ${countedTo}) b) as dead_letters`),
  );
  return { overdue: row?.overdue ?? null, deadLetters: row?.dead_letters ?? null };
}
