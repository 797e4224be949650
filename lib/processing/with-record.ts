import { eq } from "drizzle-orm";
import { z } from "zod";
import { withPower } from "../auth/with-power";
import { type CaseRow, caseAt } from "../cases/change-case";
import { caseWorker } from "../cases/permit";
import type { Ctx, StaffCtx } from "../context";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, type Result } from "../errors";

/** Which record, and which state of its case a member of staff looked at. */
export const recordTarget = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  recordId: z.uuid(),
});

export type RecordRow = typeof processingRecords.$inferSelect;
export type AtRecord = { row: CaseRow; record: RecordRow; staffId: StaffCtx["actor"]["staffId"] };

/**
 * One transaction of staff on one record of a case, both locked; a power, so it needs a fresh step-up (S14). Opened before a
 * colleague's write it is refused; a record that ended is `already-done`.
 */
export async function withRecord<S extends z.ZodType<z.output<typeof recordTarget>>>(
  ctx: Ctx,
  schema: S,
  raw: z.input<S>,
  work: (tx: Tx, at: AtRecord, input: z.output<S>) => Promise<Result<null>>,
): Promise<Result<null>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = schema.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, recordId } = parsed.data;
  return withPower<Result<null>>(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const [record] = await tx.db
      .select()
      .from(processingRecords)
      .where(eq(processingRecords.id, recordId))
      .for("update");
    if (!record || record.caseId !== caseId) return fail("not-found");
    if (record.endedAt) return fail("already-done");
    return work(tx, { row: found.value, record, staffId: worker.staffId }, parsed.data);
  });
}
