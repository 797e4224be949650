import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { changeCase, lockCase } from "../cases/change-case";
import { endCase } from "../cases/end-case";
import { holderOf } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
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
 * that was only about this is closed as cancelled. Where something else in it was decided, that stands: the job closes it with that.
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
      if (!row.closedAt && !(await isAboutMore(tx, row.id, record.id)))
        await endCase(tx, row, { decision: "cancelled", decidedBy: null, answers: false });
      else if (!row.closedAt) {
        await changeCase(tx, row.id, {});
        await enqueue(tx, "processing.tend", {});
      }
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

/** Whether the case is also about something else that stands or was decided, or says something that nobody answered yet. */
async function isAboutMore(tx: Tx, caseId: string, recordId: string): Promise<boolean> {
  const [more] = await tx.db.execute(sql`
    select 1 from processing_records r where r.case_id = ${caseId} and r.id <> ${recordId} and r.kind <> 'exception'
      and (r.ended_at is null or r.decided_at is not null)
    union all select 1 from case_messages m join cases c on c.id = m.case_id
    where c.id = ${caseId} and m.author = 'subject' and (c.answered_at is null or m.at > c.answered_at) limit 1`);
  return more !== undefined;
}
