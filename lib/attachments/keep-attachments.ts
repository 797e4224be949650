import { eq } from "drizzle-orm";
import type { SealedPlace } from "../crypto/seal";
import { openForSubject, sealForSubject } from "../crypto/subject-seal";
import { attachments } from "../db/schema";
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

/** A form's files go over to the message that was made of it, under the subject's key once there is one. */
export async function giveToMessage(
  tx: Tx,
  intakeId: string,
  message: { messageId: string; subjectId: string | null },
): Promise<void> {
  const rows = await tx.db.select().from(attachments).where(eq(attachments.intakeId, intakeId));
  for (const { id, name, wrappedKey } of rows) {
    const again = async (at: SealedPlace, sealed: Buffer) => {
      const plain = await openForSubject(tx, null, at, sealed);
      if (!plain) throw new Error("a form's file is sealed under a person's key");
      return sealForSubject(tx, message.subjectId, at, plain);
    };
    await tx.db
      .update(attachments)
      .set({
        ...{ messageId: message.messageId, intakeId: null },
        name: await again(attachmentNamePlace(id), name),
        wrappedKey: wrappedKey && (await again(attachmentKeyPlace(id), wrappedKey)),
      })
      .where(eq(attachments.id, id));
  }
}
