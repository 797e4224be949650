import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";

/** The day on which refusals were counted, as the instant it ended. */
export const refusalEnd = sql`((day + 1)::timestamp at time zone 'UTC')`;

/**
 * Job: removes what ended longer ago than `cases.keep`, with its history, and as old counts of refusals. What stands stays. Safe to
 * run twice.
 */
export async function clearRecords(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await tx.db.execute(
      sql`delete from processing_records where ended_at is not null and ${keptFor(sql`ended_at`, config.cases.keep, tx.now)}`,
    );
    await tx.db.execute(sql`delete from processing_refusals where ${keptFor(refusalEnd, config.cases.keep, tx.now)}`);
  });
}
