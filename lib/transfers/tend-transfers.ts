import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { packages, transfers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { log } from "../log";
import { endTransfer } from "./end-transfer";
import { expireIncoming } from "./expire-incoming";

/**
 * Job: ends transfers whose package will never be ready, puts those back into the queue whose job was lost, and removes what came
 * in and was not taken in time. May run at any time and any number of times.
 */
export async function tendTransfers(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const open = and(isNull(transfers.arrivedAt), isNull(transfers.failedAt), isNull(transfers.revokedAt));
    const hopeless = await tx.db
      .select({ id: transfers.id })
      .from(transfers)
      .innerJoin(packages, eq(packages.id, transfers.packageId))
      .where(and(open, sql`(${packages.failedAt} is not null or ${packages.stoppedAt} is not null)`));
    for (const { id } of hopeless) await endTransfer(tx, id, { failure: "no-package" });
    const ready = tx.db
      .select({ id: packages.id })
      .from(packages)
      .where(sql`${packages.readyAt} < ${tx.now.subtract({ minutes: 15 }).toString()}::timestamptz`);
    const lost = await tx.db
      .select({ id: transfers.id })
      .from(transfers)
      .where(
        and(
          open,
          inArray(transfers.packageId, ready),
          or(isNull(transfers.lastAttemptAt), lt(transfers.lastAttemptAt, tx.now.subtract({ minutes: 15 }))),
          sql`not exists (select 1 from pgboss.job j where j.name = 'transfer.push' and j.state < 'completed'
                and j.data->>'transferId' = ${transfers.id}::text)`,
        ),
      )
      .limit(100);
    for (const { id } of lost) {
      await enqueue(tx, "transfer.push", { transferId: id });
      log.warn({ transferId: id }, "a transfer had no job");
    }
  });
  await expireIncoming(ctx);
}
