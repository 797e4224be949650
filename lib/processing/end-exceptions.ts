import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";

/** Once no restriction of an account stands any more, what was excepted from it ends too: the next one starts whole. */
export async function endExceptions(tx: Tx, of: { personId: string; subject: string | null }): Promise<void> {
  const same = (alias: SQL) =>
    of.subject === null
      ? sql`${alias}.subject is null and ${alias}.person_id = ${of.personId}`
      : sql`${alias}.subject = ${of.subject}`;
  await tx.db
    .update(processingRecords)
    .set({ endedAt: tx.now, endedHow: "with-restriction" })
    .where(
      and(
        same(sql`processing_records`),
        eq(processingRecords.kind, "exception"),
        isNull(processingRecords.endedAt),
        sql`not exists (select 1 from processing_records r where ${same(sql`r`)} and r.kind = 'restriction' and r.ended_at is null)`,
      ),
    );
}
