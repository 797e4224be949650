import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { legalHolds } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { keptFor } from "../db/types";

/** When a hold ended, or lapses unless it is set; null while it stands. */
export const holdEnd = sql`coalesce(released_at, withdrawn_at,
  case when set_at is null then requested_at + make_interval(hours => ${config.holds.provisionalHours}) end)`;

/** Job: removes holds that ended or lapsed longer ago than `cases.keep`; that they stood is in the log. Safe to run twice. */
export async function clearHolds(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await tx.db
      .delete(legalHolds)
      .where(sql`${holdEnd} is not null and ${keptFor(holdEnd, config.cases.keep, tx.now)}`);
  });
}
