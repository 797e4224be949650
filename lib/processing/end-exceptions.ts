import { and, eq, isNull, sql } from "drizzle-orm";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";

/** Once no restriction of a person stands any more, what was excepted from it ends too: the next one starts whole. */
export async function endExceptions(tx: Tx, personId: string): Promise<void> {
  await tx.db
    .update(processingRecords)
    .set({ endedAt: tx.now, endedHow: "with-restriction" })
    .where(
      and(
        eq(processingRecords.personId, personId),
        eq(processingRecords.kind, "exception"),
        isNull(processingRecords.endedAt),
        sql`not exists (select 1 from processing_records r where r.person_id = ${personId} and r.kind = 'restriction' and r.ended_at is null)`,
      ),
    );
}
