import { and, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { incomingTransfers, packages, transfers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { log } from "../log";
import { giveUpCheck } from "./check-incoming";
import { endTransfer } from "./end-transfer";
import { expireIncoming } from "./expire-incoming";
import { giveUpImport } from "./import-incoming";

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
  await requeueIncoming(ctx);
  await expireIncoming(ctx);
}

/** Packages that came in and wait to be checked, or to be put in, for which no job waits or runs: begun anew, or given up. */
async function requeueIncoming(ctx: Ctx): Promise<void> {
  const t = incomingTransfers;
  const spent = await withTransaction(ctx, async (tx) => {
    const before = tx.now.subtract({ minutes: 15 });
    const ended = and(isNull(t.removedAt), isNull(t.refusedAt), isNull(t.withdrawnAt), isNull(t.declinedAt));
    const unheard = (job: "transfer.check" | "transfer.import") =>
      sql`not exists (select 1 from pgboss.job j where j.name = ${job} and j.state < 'completed'
            and j.data->>'incomingId' = ${t.id}::text)`;
    const unchecked = await tx.db
      .select({ id: t.id, tried: t.checks })
      .from(t)
      .where(and(ended, lt(t.completedAt, before), isNull(t.verifiedAt), unheard("transfer.check")))
      .limit(100);
    const accepted = await tx.db
      .select({ id: t.id, tried: t.fence })
      .from(t)
      .where(
        and(
          ended,
          lt(t.acceptedAt, before),
          isNull(t.importedAt),
          isNull(t.importFailedAt),
          unheard("transfer.import"),
        ),
      )
      .limit(100);
    // Whose tries are used up fell with its worker at the last one.
    const left = ({ tried }: { tried: number }) => tried < config.transfers.receive.tries;
    for (const { id } of unchecked.filter(left)) await enqueue(tx, "transfer.check", { incomingId: id });
    for (const { id } of accepted.filter(left)) await enqueue(tx, "transfer.import", { incomingId: id });
    const all = [...unchecked, ...accepted];
    if (all.some(left)) log.warn({ lost: all.filter(left).length }, "packages that came in had no job");
    const over = (rows: typeof all) => rows.filter((one) => !left(one)).map(({ id }) => id);
    return { unchecked: over(unchecked), accepted: over(accepted) };
  });
  for (const id of spent.unchecked) await giveUpCheck(ctx, id);
  for (const id of spent.accepted) await giveUpImport(ctx, id);
}
