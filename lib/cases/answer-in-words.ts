import type { Tx } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";
import { type CaseRow, changeCase } from "./change-case";
import { mailTargetOf } from "./contact";
import { addMessage } from "./message-body";
import { stopClocks } from "./run-clocks";
import { statusPathFor } from "./status-path";

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
  const target = await mailTargetOf(tx, row);
  if (!target) return;
  await queueMail(tx, {
    template: "case-reply",
    to: target.to,
    personId: target.personId,
    // The answer to a right is owed, and their data may change by somebody else's hand; no preference turns it off.
    kind: "security",
    props: {
      ...{ reference: row.reference, kind: row.kind, asksBack: false, text: null },
      statusPath: await statusPathFor(tx, row),
    },
    idempotencyKey: `case-reply-${messageId}`,
  });
}
