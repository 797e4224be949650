import type { Tx } from "../db/transaction";
import { type CaseRow, changeCase } from "./change-case";
import { addMessage } from "./message-body";
import { stopClocks } from "./run-clocks";

/**
 * What a person says to the subject of a locked case about a part of what was asked, while the rest waits: a substantive reply, so
 * the 72 hours of what they wrote until now stop (L1). Whom it is told to by mail, and where it is noted, the caller knows.
 */
export async function answerInWords(tx: Tx, row: CaseRow, text: string): Promise<{ messageId: string }> {
  const said = await addMessage(tx, { caseId: row.id, subjectId: row.subjectId, author: "staff", text });
  await stopClocks(tx, row.id, ["policy-72h"]);
  await changeCase(tx, row.id, { answeredAt: row.answeredAt ?? tx.now });
  return said;
}
