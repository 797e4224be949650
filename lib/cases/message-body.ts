import { eq } from "drizzle-orm";
import type { SealedPlace } from "../crypto/seal";
import { openForSubject, resealForSubject, sealForSubject } from "../crypto/subject-seal";
import { caseMessages } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";

/** Where a message's words stand. */
export const messagePlace = (messageId: string): SealedPlace => ({
  table: "case_messages",
  column: "body",
  row: messageId,
});

/**
 * Adds a message to a case's thread, sealed under the subject's key, or under the master key while
 * nobody here is the subject (S32).
 */
export async function addMessage(
  tx: Tx,
  message: {
    caseId: string;
    subjectId: string | null;
    author: "subject" | "staff" | "system";
    text: string;
    internal?: boolean;
  },
): Promise<{ messageId: string }> {
  const messageId = newId();
  const { actor } = tx.ctx;
  await tx.db.insert(caseMessages).values({
    id: messageId,
    caseId: message.caseId,
    author: message.author,
    staffId: actor.kind === "staff" ? actor.staffId : null,
    internal: message.internal ?? false,
    body: await sealForSubject(tx, message.subjectId, messagePlace(messageId), Buffer.from(message.text, "utf8")),
    at: tx.now,
  });
  return { messageId };
}

/** The text of a message as it is stored, with the marks of lib/cases/redaction.ts; null once the subject's key was destroyed. */
export async function openBody(tx: Tx, messageId: string, subjectId: string | null, sealed: Buffer) {
  const opened = await openForSubject(tx, subjectId, messagePlace(messageId), sealed);
  return opened?.toString("utf8") ?? null;
}

/** Seals what was written before anybody knew whose case it is under that person's key, so that it goes with them (S32). */
export async function resealMessages(tx: Tx, caseId: string, personId: string): Promise<void> {
  const rows = await tx.db.select().from(caseMessages).where(eq(caseMessages.caseId, caseId));
  for (const { id, body } of rows) {
    const sealed = await resealForSubject(tx, personId, messagePlace(id), body);
    if (sealed !== body) await tx.db.update(caseMessages).set({ body: sealed }).where(eq(caseMessages.id, id));
  }
}
