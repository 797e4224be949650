import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { providerAnswerStates, providerErasures } from "../db/schema";
import type { Tx } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { openFor, sealFor } from "./message";

export type ProviderErasure = typeof providerErasures.$inferSelect;
export type AnswerState = (typeof providerAnswerStates)[number];

export const groundText = z
  .string()
  .trim()
  .min(3, "Say it in a few words.")
  .max(500, "At most 500 characters.")
  .regex(/^[^\p{Cc}]*$/u, "One line of plain text.");

/** What a provider answers, in a signed message or in its reply to ours; `until` is a day. */
export const answerShape = z.object({
  /** Of the message that it answers. */
  id: z.uuid(),
  state: z.enum(providerAnswerStates),
  ground: groundText.optional(),
  until: z.iso.date().optional(),
});
export type Answer = Omit<z.infer<typeof answerShape>, "id">;

/** `contradicts`: another answer is on record, and what was erased does not come back. */
export type AnswerOutcome = "taken" | "known" | "contradicts";

/**
 * Puts an answer on a locked row and destroys what identified the person. The same answer again changes nothing; somebody who
 * kept data for a while may report later that it is gone.
 * @param by staff who wrote it down; null when the provider gave it itself
 */
export async function applyAnswer(
  tx: Tx,
  row: ProviderErasure,
  { state, ground, until }: Answer,
  by: string | null,
): Promise<AnswerOutcome> {
  if (row.answeredAt && row.answer !== "kept") return row.answer === state ? "known" : "contradicts";
  const kept = state === "kept";
  const words = kept && ground ? ground : null;
  const knownWords = row.ground ? openFor(row.id, "ground", row.ground) : null;
  if (row.answer === state && knownWords === words && row.until === (until ?? null)) return "known";
  await tx.db
    .update(providerErasures)
    .set({
      ...{ answeredAt: tx.now, answeredBy: by, answer: state, sealed: null },
      toldAt: row.toldAt ?? tx.now,
      ground: words ? sealFor(row.id, "ground", words) : null,
      until: kept ? (until ?? null) : null,
    })
    .where(eq(providerErasures.id, row.id));
  await recordAudit(tx, {
    action: "provider.answered",
    object: { type: "case", id: row.caseId },
    payload: { provider: row.recipient, answer: state, until: kept ? (until ?? null) : null, noted: by !== null },
  });
  await enqueue(tx, "receipt.renew", { caseId: row.caseId });
  return "taken";
}
