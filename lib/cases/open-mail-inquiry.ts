import type { Tx } from "../db/transaction";
import type { Sender } from "../mail/read-sender";
import { createCase } from "./create-case";
import { mailWords } from "./mail-words";
import { addMessage } from "./message-body";

/** The question that a mail asks, with its sender as the one who is answered; its clock runs from when the mail came in. */
export async function openMailInquiry(
  tx: Tx,
  asked: {
    mail: { subject: string; text: string };
    sender: Sender;
    subjectId: string | null;
    receivedAt: Temporal.Instant;
  },
): Promise<{ caseId: string; reference: string; messageId: string }> {
  const { mail, sender, subjectId, receivedAt } = asked;
  const made = await createCase(tx, {
    ...{ kind: "inquiry", channel: "mail", subjectId, receivedAt },
    contact: { name: sender.name, email: sender.address ?? sender.raw },
  });
  if (!made) throw new Error("a new reference is taken");
  const { messageId } = await addMessage(tx, {
    ...{ caseId: made.caseId, subjectId, author: "subject" },
    text: mailWords(mail, true),
  });
  return { ...made, messageId };
}
