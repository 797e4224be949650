import type { Tx } from "../db/transaction";
import { type CaseRow, changeCase } from "./change-case";
import { mailTargetOf } from "./contact";
import { mailReply } from "./mail-reply";
import { addMessage } from "./message-body";
import { stopClocks } from "./run-clocks";

/**
 * What a person says to the subject of a locked case about a part of what was asked, while the rest waits: a substantive reply, so
 * the 72 hours of what they wrote until now stop (L1), and nobody waits for them any more. Where it is noted, the caller knows, and
 * whether another mail tells them (`tellOfAnswer`).
 */
export async function answerInWords(tx: Tx, row: CaseRow, text: string): Promise<{ messageId: string }> {
  const said = await addMessage(tx, { caseId: row.id, subjectId: row.subjectId, author: "staff", text });
  await stopClocks(tx, row.id, ["policy-72h"]);
  await changeCase(tx, row.id, { answeredAt: row.answeredAt ?? tx.now, awaitingSubjectAt: null });
  return said;
}

/** Tells who asked that such an answer stands on the page of their request; a reply that nobody is told of is none. */
export async function tellOfAnswer(tx: Tx, row: CaseRow, messageId: string): Promise<void> {
  await mailReply(tx, row, await mailTargetOf(tx, row), { messageId });
}
