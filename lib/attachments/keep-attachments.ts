import { eq, inArray } from "drizzle-orm";
import type { SealedPlace } from "../crypto/seal";
import { resealForSubject, sealForSubject } from "../crypto/subject-seal";
import { attachments, caseMessages } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { StoredFile } from "./store-files";

export const attachmentNamePlace = (id: string): SealedPlace => ({ table: "attachments", column: "name", row: id });
export const attachmentKeyPlace = (id: string): SealedPlace => ({
  table: "attachments",
  column: "wrapped_key",
  row: id,
});

type Owner = { messageId: string; subjectId: string | null } | { intakeId: string };

/**
 * Gives stored files to a message, or to a public form until its case is made: names and keys go under the subject's key,
 * or the master key while nobody here is the subject (S32). Files that were refused are listed with the reason.
 */
export async function keepAttachments(tx: Tx, owner: Owner, files: readonly StoredFile[]): Promise<void> {
  const subjectId = "messageId" in owner ? owner.subjectId : null;
  const place = "messageId" in owner ? { messageId: owner.messageId } : { intakeId: owner.intakeId };
  for (const [position, file] of files.entries()) {
    const { id } = file;
    await tx.db.insert(attachments).values({
      ...{ id, ...place, position, bytes: file.bytes, refused: file.refused, at: tx.now },
      name: await sealForSubject(tx, subjectId, attachmentNamePlace(id), Buffer.from(file.name, "utf8")),
      ...(file.refused === null
        ? {
            type: file.kind,
            sha256: file.sha256,
            wrappedKey: await sealForSubject(tx, subjectId, attachmentKeyPlace(id), file.key),
          }
        : {}),
    });
  }
}

type Row = typeof attachments.$inferSelect;

const resealed = async (tx: Tx, subjectId: string | null, { id, name, wrappedKey }: Row) => ({
  name: await resealForSubject(tx, subjectId, attachmentNamePlace(id), name),
  wrappedKey: wrappedKey && (await resealForSubject(tx, subjectId, attachmentKeyPlace(id), wrappedKey)),
});

/** A form's files go over to the message that was made of it, under the subject's key once there is one. */
export async function giveToMessage(
  tx: Tx,
  intakeId: string,
  { messageId, subjectId }: { messageId: string; subjectId: string | null },
): Promise<void> {
  const rows = await tx.db.select().from(attachments).where(eq(attachments.intakeId, intakeId));
  for (const row of rows)
    await tx.db
      .update(attachments)
      .set({ messageId, intakeId: null, ...(await resealed(tx, subjectId, row)) })
      .where(eq(attachments.id, row.id));
}

/** Files of a case that got its subject go under their key (S32). */
export async function resealAttachments(tx: Tx, caseId: string, subjectId: string): Promise<void> {
  const ofCase = tx.db.select({ id: caseMessages.id }).from(caseMessages).where(eq(caseMessages.caseId, caseId));
  const rows = await tx.db.select().from(attachments).where(inArray(attachments.messageId, ofCase));
  for (const row of rows)
    await tx.db
      .update(attachments)
      .set(await resealed(tx, subjectId, row))
      .where(eq(attachments.id, row.id));
}
