import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { withRead } from "../db/transaction";
import { deadLetterQueue } from "./definitions";

export type DeadLetter = {
  id: string;
  /** The job's own name, such as `package.write`. */
  job: string;
  /** Ids only; payloads hold nothing else (S31). */
  payload: Record<string, unknown>;
  failedAt: Temporal.Instant;
  attempts: number;
};

/** Jobs that failed to the end and wait for a person (R10), oldest first; only staff see them. */
export async function deadLetters(ctx: Ctx, limit = 50): Promise<DeadLetter[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db.execute<{ id: string; job: string; payload: unknown; failed: string; tries: number }>(sql`
      select id::text as id, coalesce(source_name, name) as job, data as payload, created_on::text as failed,
             coalesce(source_retry_count, 0)::int + 1 as tries
      from pgboss.job where name = ${deadLetterQueue} and state in ('created', 'retry')
      order by created_on, id limit ${limit}`);
    return rows.map((row) => ({
      id: row.id,
      job: row.job,
      payload: (row.payload ?? {}) as Record<string, unknown>,
      failedAt: Temporal.Instant.from(row.failed),
      attempts: row.tries,
    }));
  });
}
