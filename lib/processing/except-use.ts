import { z } from "zod";
import { recordAudit } from "../audit/record";
import { changeCase } from "../cases/change-case";
import { addMessage } from "../cases/message-body";
import { messageText } from "../cases/message-text";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { processingRecords } from "../db/schema";
import { purposes } from "../db/schema/processing";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { recordTarget, withRecord } from "./with-record";

export const exceptUseInput = recordTarget.extend({
  purpose: z.enum(purposes),
  ground: z.enum(["legal-claims", "protection-of-others"]),
  text: messageText,
});

/**
 * Lets one use go on in the extent of a restriction, on a ground of GDPR 18(2) other than consent (L7). The person reads the words
 * in the thread and sees it among their uses.
 */
export function exceptUse(ctx: Ctx, raw: z.input<typeof exceptUseInput>): Promise<Result<null>> {
  return withRecord(ctx, exceptUseInput, raw, async (tx, { row, record }, { purpose, ground, text }) => {
    if (record.kind !== "restriction" || (record.purpose && record.purpose !== purpose)) return fail("invalid-input");
    const { personId, subject, system } = record;
    const id = newId();
    const made = await tx.db
      .insert(processingRecords)
      .values({
        ...{ id, kind: "exception", personId, subject, caseId: row.id, purpose, system, exceptionGround: ground },
        ...{ source: "staff", askedAt: tx.now, inEffectFrom: tx.now },
      })
      .onConflictDoNothing();
    if (made.count === 0) return fail("already-done");
    const { messageId } = await addMessage(tx, { caseId: row.id, subjectId: row.subjectId, author: "staff", text });
    await changeCase(tx, row.id, {});
    await recordEvent(tx, {
      ...{ caseId: row.id, type: "processing.excepted" },
      detail: { purpose, system, ground, messageId },
    });
    await recordAudit(tx, {
      action: "processing.excepted",
      object: { type: "processing", id },
      payload: { purpose, system, ground },
    });
    return ok(null);
  });
}
