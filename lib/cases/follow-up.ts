import { sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Tx } from "../db/transaction";
import { ok, type Result } from "../errors";
import { canAppeal, openAppeal } from "./appeal-case";
import { type CaseRow, changeCase } from "./change-case";
import { answeringCase } from "./merged";
import { addMessage } from "./message-body";
import { recordEvent } from "./record-event";
import { reopenRow } from "./reopen";
import { resumePaused, startReplyClock } from "./run-clocks";

/**
 * The subject writes again in a locked case, here or by mail. A closed case opens again; a reply within the policy's promise
 * is owed from when it came in unless one was owed already.
 * @param message.receivedAt when it came in, for a mail that waited
 * @param message.answersMail it answers a mail of ours, without an account's own form for it: to a refusal that is an appeal, as
 * that mail says
 */
export async function followUp(
  tx: Tx,
  asked: CaseRow,
  message: { text: string; receivedAt?: Temporal.Instant; by?: "mail"; answersMail?: boolean },
): Promise<Result<{ messageId: string; subjectId: string | null }>> {
  const row = await answeringCase(tx, asked);
  if (row.closedAt && message.answersMail && (await canAppeal(tx, row))) {
    const appealed = await openAppeal(tx, row, message.text);
    return appealed.ok ? ok({ ...appealed.value, subjectId: row.subjectId }) : appealed;
  }
  if (row.closedAt) {
    const reopened = await reopenRow(tx, row, "message");
    if (!reopened.ok) return reopened;
  } else {
    await changeCase(tx, row.id, { awaitingSubjectAt: null });
    await goOn(tx, row.id);
  }
  const { messageId } = await addMessage(tx, {
    caseId: row.id,
    subjectId: row.subjectId,
    author: "subject",
    text: message.text,
  });
  await startReplyClock(tx, row.id, message.receivedAt);
  const by: Record<string, string> = message.by ? { by: message.by } : {};
  await recordEvent(tx, { caseId: row.id, type: "message.received", detail: { messageId, ...by } });
  await recordAudit(tx, {
    action: "case.message-received",
    object: { type: "case", id: row.id },
    payload: { messageId, characters: message.text.length, reopened: row.closedAt !== null, ...by },
  });
  return ok({ messageId, subjectId: row.subjectId });
}

/** Whoever was waited for wrote: clocks that stood still for that run on, but for those that wait for a link to be used. */
async function goOn(tx: Tx, caseId: string): Promise<void> {
  const [waits] = await tx.db.execute(sql`
    select 1 from identity_proofs
    where case_id = ${caseId} and proved_at is null and lapsed_at is null and disowned_at is null`);
  const resumed = waits ? 0 : await resumePaused(tx, caseId);
  if (resumed > 0) await recordEvent(tx, { caseId, type: "clock.resumed", detail: { by: "message" } });
}
