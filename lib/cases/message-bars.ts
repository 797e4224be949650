import { asc, eq, inArray } from "drizzle-orm";
import type { SealedPlace } from "../crypto/seal";
import { resealForSubject, sealForSubject } from "../crypto/subject-seal";
import { caseMessages, messageOriginals, messageRedactions } from "../db/schema";
import type { Tx } from "../db/transaction";
import { messagePlace, openBody } from "./message-body";
import { type Bar, type MessageGround, type MessagePart, partsOf } from "./redaction";

type MessageRow = typeof caseMessages.$inferSelect;

/** Where a message stands as it was written. */
export const originalPlace = (messageId: string): SealedPlace => ({
  table: "message_originals",
  column: "body",
  row: messageId,
});

/** What was left out of some messages, by message. */
export async function barsOf(tx: Tx, messageIds: readonly string[]): Promise<Map<string, Bar[]>> {
  const found = new Map<string, Bar[]>();
  if (messageIds.length === 0) return found;
  const rows = await tx.db
    .select()
    .from(messageRedactions)
    .where(inArray(messageRedactions.messageId, [...messageIds]))
    .orderBy(asc(messageRedactions.at));
  for (const { id, messageId, ground, whole, at } of rows)
    found.set(messageId, [
      ...(found.get(messageId) ?? []),
      { id, ground: ground as MessageGround, whole, at: at.toString() },
    ]);
  return found;
}

/** A message as everybody reads it, with bars where something was left out; null once the subject's key was destroyed. */
export async function openParts(
  tx: Tx,
  { id, body }: Pick<MessageRow, "id" | "body">,
  subjectId: string | null,
  bars: readonly Bar[],
): Promise<MessagePart[] | null> {
  const text = await openBody(tx, id, subjectId, body);
  return text === null ? null : partsOf(text, bars);
}

/**
 * Writes one more bar: the message as it was is put away first, once, where only an officer reads it, and then its words change.
 * @param bar.text the message with the mark in it
 */
export async function writeBar(
  tx: Tx,
  message: MessageRow,
  bar: {
    id: string;
    ground: MessageGround;
    whole: boolean;
    staffId: string;
    text: string;
    was: string;
    first: boolean;
  },
  subjectId: string | null,
): Promise<void> {
  const messageId = message.id;
  const sealed = (place: SealedPlace, text: string) => sealForSubject(tx, subjectId, place, Buffer.from(text, "utf8"));
  if (bar.first)
    await tx.db
      .insert(messageOriginals)
      .values({ messageId, body: await sealed(originalPlace(messageId), bar.was), at: tx.now });
  await tx.db.insert(messageRedactions).values({
    ...{ id: bar.id, messageId, ground: bar.ground, whole: bar.whole, staffId: bar.staffId, at: tx.now },
  });
  await tx.db
    .update(caseMessages)
    .set({ body: await sealed(messagePlace(messageId), bar.text) })
    .where(eq(caseMessages.id, messageId));
}

/** What was put away before anybody knew whose case it is goes under that person's key, as the messages do (S32). */
export async function resealOriginals(tx: Tx, caseId: string, personId: string): Promise<void> {
  const rows = await tx.db
    .select({ original: messageOriginals })
    .from(messageOriginals)
    .innerJoin(caseMessages, eq(caseMessages.id, messageOriginals.messageId))
    .where(eq(caseMessages.caseId, caseId));
  for (const { original } of rows) {
    const { messageId, body } = original;
    const sealed = await resealForSubject(tx, personId, originalPlace(messageId), body);
    if (sealed !== body)
      await tx.db.update(messageOriginals).set({ body: sealed }).where(eq(messageOriginals.messageId, messageId));
  }
}
