import { recordAudit } from "../audit/record";
import type { Tx } from "../db/transaction";
import { ok, type Result } from "../errors";
import { type CaseRow, changeCase, lockCase } from "./change-case";
import { addMessage } from "./message-body";
import { recordEvent } from "./record-event";
import { reopenRow } from "./reopen";
import { startReplyClock } from "./run-clocks";

/**
 * The subject writes again in a locked case, here or by mail. A closed case opens again; a reply within the policy's promise
 * is owed from when it came in unless one was owed already.
 * @param message.receivedAt when it came in, for a mail that waited
 */
export async function followUp(
  tx: Tx,
  asked: CaseRow,
  message: { text: string; receivedAt?: Temporal.Instant; by?: "mail" },
): Promise<Result<{ messageId: string; subjectId: string | null }>> {
  // Merged cases are answered in the older one.
  const row = (asked.mergedInto && (await lockCase(tx, asked.mergedInto))) || asked;
  if (row.closedAt) {
    const reopened = await reopenRow(tx, row, "message");
    if (!reopened.ok) return reopened;
  } else {
    await changeCase(tx, row.id, { awaitingSubjectAt: null });
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
