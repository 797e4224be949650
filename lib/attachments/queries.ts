import { asc, inArray } from "drizzle-orm";
import { openForSubject } from "../crypto/subject-seal";
import { attachments } from "../db/schema";
import type { Tx } from "../db/transaction";
import { attachmentNamePlace } from "./keep-attachments";
import type { Refusal } from "./store-files";

export type AttachmentView = {
  id: string;
  /** The sender's name for it, shown as text; null once the subject's key was destroyed. */
  name: string | null;
  bytes: number;
  type: string | null;
  /** Why it was not kept; null when it can be opened. */
  refused: Refusal | null;
};

/** What came with some messages of one subject, by message, as far as the actor may see it. */
export async function attachmentsOf(
  tx: Tx,
  messageIds: readonly string[],
  subjectId: string | null,
): Promise<Map<string, AttachmentView[]>> {
  const found = new Map<string, AttachmentView[]>();
  if (messageIds.length === 0) return found;
  const rows = await tx.db
    .select()
    .from(attachments)
    .where(inArray(attachments.messageId, [...messageIds]))
    .orderBy(asc(attachments.position), asc(attachments.id));
  for (const { id, messageId, name, bytes, type, refused } of rows) {
    if (!messageId) continue;
    const opened = await openForSubject(tx, subjectId, attachmentNamePlace(id), name);
    const list = found.get(messageId) ?? [];
    found.set(messageId, list);
    list.push({ id, name: opened?.toString("utf8") ?? null, bytes, type, refused });
  }
  return found;
}
