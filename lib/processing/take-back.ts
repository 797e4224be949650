import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { changeCase, lockCase } from "../cases/change-case";
import { holderOf } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
import { stopClocks } from "../cases/run-clocks";
import type { Ctx } from "../context";
import { processingRecords } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { endExceptions } from "./end-exceptions";
import { aboutPerson } from "./standing";

export const takeBackInput = z.object({ recordId: z.uuid() });

/**
 * The person ends what they asked for: an objection, a restriction, or a use they allowed. As easy as asking for it (L12). A request
 * that was only about this is closed.
 */
export async function takeBack(ctx: Ctx, raw: z.input<typeof takeBackInput>): Promise<Result<null>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = takeBackInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const own = and(eq(processingRecords.id, parsed.data.recordId), aboutPerson(holder.personId));
  return withTransaction(ctx, async (tx) => {
    const [found] = await tx.db.select().from(processingRecords).where(own);
    if (!found) return fail("not-found");
    // The case first, as everybody else takes it.
    const row = found.caseId ? await lockCase(tx, found.caseId) : null;
    const [record] = await tx.db.select().from(processingRecords).where(own).for("update");
    if (!record || record.endedAt) return fail("already-done");
    // Staff's exceptions are not the person's to end.
    if (record.source === "staff" && record.kind === "exception") return fail("not-allowed");
    const { kind, purpose, system } = record;
    if (row) {
      await recordEvent(tx, {
        caseId: row.id,
        type: "processing.ended",
        detail: { kind, purpose, system, how: "taken-back" },
      });
      if (!row.closedAt && !(await waitsForMore(tx, row.id, record.id))) {
        await stopClocks(tx, row.id);
        await changeCase(tx, row.id, {
          ...{ decidedAt: tx.now, decision: "cancelled", closedAt: tx.now, awaitingSubjectAt: null },
        });
      } else if (!row.closedAt) await changeCase(tx, row.id, {});
    }
    await recordAudit(tx, {
      action: "processing.taken-back",
      object: { type: "processing", id: record.id },
      payload: { kind, purpose, system },
    });
    // What it kept from an erasure may go now.
    if (kind === "restriction") await enqueue(tx, "deletion.resume", {});
    await tx.db.update(processingRecords).set({ endedAt: tx.now, endedHow: "taken-back" }).where(own);
    if (kind === "restriction") await endExceptions(tx, record);
    return ok(null);
  });
}

/** Whether the case is also about something else that nobody has decided or answered yet. */
async function waitsForMore(tx: Tx, caseId: string, recordId: string): Promise<boolean> {
  const { id, endedAt, decidedAt } = processingRecords;
  const [other] = await tx.db
    .select({ id })
    .from(processingRecords)
    .where(and(eq(processingRecords.caseId, caseId), ne(id, recordId), isNull(endedAt), isNull(decidedAt)))
    .limit(1);
  if (other) return true;
  const [asked] = await tx.db.execute(sql`
    select 1 from case_events e join cases c on c.id = e.case_id
    where c.id = ${caseId} and e.type = 'message.received' and (c.answered_at is null or e.at > c.answered_at) limit 1`);
  return asked !== undefined;
}
