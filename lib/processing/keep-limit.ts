import { eq } from "drizzle-orm";
import type { z } from "zod";
import { recordAudit } from "../audit/record";
import { changeCase } from "../cases/change-case";
import { liftTakenBack } from "../cases/keep-limits";
import { addMessage } from "../cases/message-body";
import { messageText } from "../cases/message-text";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { processingRecords } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { recordTarget, withRecord } from "./with-record";

export const keepLimitInput = recordTarget.extend({ text: messageText });

/** Takes an announced lift back, such as after the person's message: the limit stands on, and is upheld from here on. */
export function keepLimit(ctx: Ctx, raw: z.input<typeof keepLimitInput>): Promise<Result<null>> {
  return withRecord(ctx, keepLimitInput, raw, async (tx, { row, record, staffId }, { text }) => {
    if (!record.liftsAt) return fail("already-done");
    const { kind, purpose, system } = record;
    await addMessage(tx, { caseId: row.id, subjectId: row.subjectId, author: "staff", text });
    await changeCase(tx, row.id, {});
    await recordEvent(tx, { caseId: row.id, type: "processing.lift-kept", detail: { kind, purpose, system } });
    await recordAudit(tx, {
      action: "processing.lift-kept",
      object: { type: "processing", id: record.id },
      payload: { kind, purpose, system },
    });
    const decided =
      record.decision === "rejected" ? { decision: "upheld" as const, decidedAt: tx.now, decidedBy: staffId } : {};
    await tx.db
      .update(processingRecords)
      .set({ ...liftTakenBack(tx.now), ...decided })
      .where(eq(processingRecords.id, record.id));
    return ok(null);
  });
}
