import { recordAudit } from "../audit/record";
import type { Tx } from "../db/transaction";
import { ok, type Result } from "../errors";
import { type CaseRow, changeCase } from "./change-case";
import { addMessage } from "./message-body";
import { recordEvent } from "./record-event";
import { reopenRow } from "./reopen";
import { startReplyClock } from "./run-clocks";

/**
 * Puts what the subject wrote into the thread of a locked case, whichever way it came. A closed case opens again; a reply within
 * the policy's promise is owed from now on unless one was owed already.
 */
export async function receiveMessage(tx: Tx, row: CaseRow, message: string): Promise<Result<{ messageId: string }>> {
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
    text: message,
  });
  await startReplyClock(tx, row.id);
  await recordEvent(tx, { caseId: row.id, type: "message.received", detail: { messageId } });
  await recordAudit(tx, {
    action: "case.message-received",
    object: { type: "case", id: row.id },
    payload: { messageId, characters: message.length, reopened: row.closedAt !== null },
  });
  return ok({ messageId });
}
