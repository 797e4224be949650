import { and, eq, isNull } from "drizzle-orm";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";

/** An announced end of a limit is off: no day, no ground, and when that was. */
export const liftTakenBack = (now: Temporal.Instant) => ({
  liftAnnouncedAt: null,
  liftAnnouncedBy: null,
  liftGround: null,
  liftsAt: null,
  liftKeptAt: now,
});

/** What was rejected of an objection or a restriction stands again, since an appeal against that was won or taken up (L7). */
export async function keepLimits(tx: Tx, caseId: string, staffId: string): Promise<void> {
  await tx.db
    .update(processingRecords)
    .set({
      ...liftTakenBack(tx.now),
      ...{ decision: "upheld", decidedAt: tx.now, decidedBy: staffId },
    })
    .where(
      and(
        eq(processingRecords.caseId, caseId),
        eq(processingRecords.decision, "rejected"),
        isNull(processingRecords.endedAt),
      ),
    );
}
