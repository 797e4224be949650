import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import { answerInWords, tellOfAnswer } from "../cases/answer-in-words";
import { type CaseRow, caseAt } from "../cases/change-case";
import { caseWorker } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { labelOf } from "./own-fields";
import { type Proposed, type Reviewed, reviewItems, type TypedItems, typedItems } from "./review-items";
import { correctionOpen, storeItems } from "./store-items";
import { type LookReasons, provedSubject, valuesForStaff } from "./values-for-staff";

export const forPersonInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  items: typedItems,
});

type Reasons = LookReasons | "invalid-input" | "conflict" | "correction-open";

/** What staff typed for a person against what is there now; see `reviewItems`. Looking is a power of its own. */
export async function reviewForPerson(
  ctx: Ctx,
  { caseId, items }: { caseId: string; items: TypedItems },
): Promise<Result<Reviewed, Reasons>> {
  const read = await valuesForStaff(ctx, { caseId });
  if (!read.ok) return read;
  const reviewed = reviewItems(read.value.cells, items);
  if (!reviewed.ok) return reviewed;
  const { proposed, wrong } = reviewed.value;
  // The person chose nothing here themselves: what it rests on stands beside each value, whoever decides it.
  for (const { handle, evidence } of items)
    if (evidence.length < 3) wrong[`evidence.${handle}`] = "Say in a few words what it rests on.";
  return ok({ proposed, wrong });
}

/**
 * Makes a correction that was asked for in words one by value, for a proved person: in the same case, with its clocks. It is
 * recorded as staff's, the person is told and reads it, and it goes the way of every correction: what the map lets a rule decide is
 * approved by it, the rest by a colleague, never by who proposed it (S15).
 */
export async function proposeForPerson(
  ctx: Ctx,
  input: z.input<typeof forPersonInput>,
): Promise<Result<{ reference: string }, Reasons>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = forPersonInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, items } = parsed.data;
  const reviewed = await reviewForPerson(ctx, { caseId, items });
  if (!reviewed.ok) return reviewed;
  const { proposed, wrong } = reviewed.value;
  if (Object.keys(wrong).length > 0) return fail("invalid-input");
  return withPower<Result<{ reference: string }, Reasons>>(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found as Result<never, Reasons>;
    const row = found.value;
    const subject = await provedSubject(tx, row);
    if (!subject.ok) return subject;
    const by = { ruled: true, proposedBy: worker.staffId };
    await storeItems(tx, caseId, subject.value.personId, proposed, by);
    const ruled = proposed.filter(({ cell }) => cell.field.correct.by === "rule").length;
    if (ruled > 0) await enqueue(tx, "correction.apply", { caseId });
    const messageId = await tell(tx, row, proposed);
    const detail = { fields: proposed.length, by: "staff", messageId };
    await recordEvent(tx, { caseId, type: "correction.proposed", detail });
    if (ruled > 0) await recordEvent(tx, { caseId, type: "correction.ruled", detail: { fields: ruled } });
    await recordAudit(tx, {
      action: "correction.proposed",
      object: { type: "case", id: caseId },
      payload: {
        fields: proposed.map(({ cell }) => `${cell.collection.name}.${cell.field.name}`),
        ruled,
      },
    });
    return ok({ reference: row.reference });
  }).catch(correctionOpen);
}

/** In the thread which values, never what they are; by mail that there is something to read. It answers what they asked in words. */
async function tell(tx: Tx, row: CaseRow, proposed: readonly Proposed[]): Promise<string> {
  const fields = proposed.map(({ cell }) => labelOf(cell)).join(", ");
  const text = `We wrote down for you how this should be: ${fields}. You see old and new on the page of this request. If something is not as you meant it, write here.`;
  const { messageId } = await answerInWords(tx, row, text);
  await tellOfAnswer(tx, row, messageId);
  return messageId;
}
