import { desc, eq } from "drizzle-orm";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { retentionSweeps } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";

/**
 * Job, every hour: a sweep whose time passed while nothing ran is begun now rather than the next night. A trust center that has
 * never swept waits for its first night. Twice is once: the newest sweep's time is asked, and a second job finds the first at it.
 */
export async function makeUpSweep(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [last] = await tx.db
      .select({ at: retentionSweeps.at })
      .from(retentionSweeps)
      .where(eq(retentionSweeps.kind, "sweep"))
      .orderBy(desc(retentionSweeps.at))
      .limit(1);
    // An hour of grace: the scheduler is about to begin one, or the queue is busy.
    if (last && Temporal.Instant.compare(last.at.add({ hours: config.sweep.everyHours + 1 }), tx.now) < 0)
      await enqueue(tx, "retention.sweep", {}, { singletonKey: "made-up" });
  });
}
