import { z } from "zod";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { caseAppeals, caseClocks } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { type CaseRow, lockOwnCase } from "./change-case";
import { appealDue } from "./clocks";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { holderOf } from "./permit";
import { recordEvent } from "./record-event";
import { reopenRow } from "./reopen";
import { newestAppeal } from "./review-appeal";
import { startReplyClock } from "./run-clocks";

export const appealCaseInput = z.object({ reference: z.string().max(40), message: messageText });
export type AppealCaseInput = z.input<typeof appealCaseInput>;

/** Until when a refusal of this instant can be appealed. */
export const appealEnds = (decidedAt: Temporal.Instant): Temporal.Instant =>
  decidedAt.add({ hours: 24 * config.cases.appealDays });

/**
 * The subject appeals a refusal, whole or in part: the case opens again for a privacy officer who did not decide it, with a clock
 * of its own beside the reply that is owed to every message. Once for each decision, and not against the decision on an appeal.
 */
export async function appealCase(ctx: Ctx, input: AppealCaseInput): Promise<Result<{ messageId: string }>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = appealCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { reference, message } = parsed.data;
  const paced = await consume("message.person", holder.personId);
  if (!paced.ok) return paced;
  return withTransaction(ctx, async (tx) => {
    const row = await lockOwnCase(tx, reference, holder.personId);
    if (!row) return fail("not-found");
    return openAppeal(tx, row, message);
  });
}

/** The same in the caller's transaction, on a locked case whose sender is known to be its subject: for answers by mail. */
export async function openAppeal(tx: Tx, row: CaseRow, text: string): Promise<Result<{ messageId: string }>> {
  const { decision, decidedAt } = row;
  if (!decidedAt || (decision !== "declined" && decision !== "partly")) return fail("already-done");
  if (!(await canAppeal(tx, row))) return fail("appeal-over");
  const reopened = await reopenRow(tx, row, "appeal");
  if (!reopened.ok) return reopened;
  const { messageId } = await addMessage(tx, { caseId: row.id, subjectId: row.subjectId, author: "subject", text });
  const appealId = newId();
  await tx.db.insert(caseAppeals).values({
    ...{ id: appealId, caseId: row.id, decision, ground: row.declineGround },
    ...{ decidedBy: row.decidedBy, decidedAt, appealedAt: tx.now },
  });
  await startReplyClock(tx, row.id);
  await tx.db
    .insert(caseClocks)
    .values({ id: newId(), caseId: row.id, rule: "appeal-1m", startedAt: tx.now, dueAt: appealDue(tx.now) })
    .onConflictDoNothing();
  await recordEvent(tx, { caseId: row.id, type: "message.received", detail: { messageId } });
  await recordAudit(tx, {
    action: "case.appealed",
    object: { type: "case", id: row.id },
    payload: { appeal: appealId, was: decision, ground: row.declineGround, messageId, characters: text.length },
  });
  return ok({ messageId });
}

/** Whether the refusal that stands on a case can be appealed now. */
export async function canAppeal(tx: Tx, row: CaseRow): Promise<boolean> {
  const { decision, decidedAt } = row;
  if (!decidedAt || (decision !== "declined" && decision !== "partly")) return false;
  // Nobody was told of a refusal: to write again opens it again.
  if (row.declineGround === "spam") return false;
  if (Temporal.Instant.compare(appealEnds(decidedAt), tx.now) < 0) return false;
  const last = await newestAppeal(tx, row.id);
  // A decision that ended an appeal is the last one here; the authority and the courts remain.
  return !last?.reviewedAt || Temporal.Instant.compare(last.reviewedAt, decidedAt) !== 0;
}
