import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import { answerInWords, tellOfAnswer } from "../cases/answer-in-words";
import { caseAt, changeCase } from "../cases/change-case";
import { messageText } from "../cases/message-text";
import { caseWorker } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
import { declineGroundKeys } from "../cases/words";
import type { Ctx } from "../context";
import { correctionItems } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { openContent, sealContent } from "./content";
import { settleCase } from "./settle-case";

const base = { caseId: z.uuid(), revision: z.coerce.number().int().min(0), itemId: z.uuid() };

export const decideItemInput = z.discriminatedUnion("decision", [
  z.object({ ...base, decision: z.literal("approved") }),
  /** `text` holds the reasons in words for this person (L2). */
  z.object({ ...base, decision: z.literal("declined"), ground: z.enum(declineGroundKeys), text: messageText }),
]);
export type DecideItemInput = z.input<typeof decideItemInput>;

/**
 * Staff decide one value of a correction: approved, the engine applies it; declined, the person reads the ground, the reasons and
 * where to complain (L2). One that came back since another value stands there now is approved over that value, which staff have
 * seen. The last decision closes the case. A staff power, so it needs a fresh step-up (S14).
 */
export async function decideItem(ctx: Ctx, input: DecideItemInput): Promise<Result<{ reference: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = decideItemInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, itemId, decision } = parsed.data;

  return withPower<Result<{ reference: string }>>(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    const [item] = await tx.db
      .select()
      .from(correctionItems)
      .where(and(eq(correctionItems.id, itemId), eq(correctionItems.caseId, caseId)))
      .for("update");
    if (!item || !row.subjectId) return fail("not-found");
    if (item.decision || item.settledAt || row.closedAt) return fail("already-done");
    // An address approves itself once it is proved; staff only take up what came back.
    if (decision === "approved" && item.by === "address" && !item.problem) return fail("not-ready");
    // What staff wrote down for a person somebody else approves (S15); taking it back is anybody's.
    if (decision === "approved" && item.proposedBy === worker.staffId) return fail("same-person");
    const content = await openContent(tx, row.subjectId, item);
    if (decision === "approved" && !content) return fail("key-destroyed");
    let messageId: string | null = null;
    const decided = { decision, decidedAt: tx.now, decidedBy: worker.staffId };
    if (parsed.data.decision === "approved" && content) {
      const { found: stands, ...asked } = content;
      const renewed = stands === undefined ? asked : { ...asked, before: stands };
      await tx.db
        .update(correctionItems)
        .set({ ...decided, problem: null, content: await sealContent(tx, row.subjectId, item.id, renewed) })
        .where(eq(correctionItems.id, itemId));
      await enqueue(tx, "correction.apply", { caseId });
    } else if (parsed.data.decision === "declined") {
      const { ground, text } = parsed.data;
      await tx.db
        .update(correctionItems)
        .set({ ...decided, ground, settledAt: tx.now })
        .where(eq(correctionItems.id, itemId));
      ({ messageId } = await answerInWords(tx, row, `${item.label}: ${text}`));
    }
    await recordEvent(tx, { caseId, type: `correction.${decision}`, detail: { field: item.label, messageId } });
    await recordAudit(tx, {
      action: `correction.${decision}`,
      object: { type: "case", id: caseId },
      payload: {
        ...{ item: itemId, collection: item.collection, field: item.field, overChanged: item.problem === "changed" },
        ground: parsed.data.decision === "declined" ? parsed.data.ground : null,
      },
    });
    // Approved, it is answered once it is done and they are told.
    if (decision === "approved") await changeCase(tx, caseId, {});
    // The last one is told with all the others.
    const waiting = and(eq(correctionItems.caseId, caseId), isNull(correctionItems.settledAt));
    if (messageId && (await tx.db.$count(correctionItems, waiting)) > 0) await tellOfAnswer(tx, row, messageId);
    await settleCase(tx, caseId);
    return ok({ reference: row.reference });
  });
}
