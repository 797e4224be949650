import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { noteAccess } from "../access/note-access";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { openForSubject } from "../crypto/subject-seal";
import { attachments, caseMessages, cases } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { SealedFileError } from "../exports/sealed-file";
import { log } from "../log";
import { endingOf } from "./accepted";
import { readAttachmentFile } from "./attachment-file";
import { attachmentKeyPlace } from "./keep-attachments";

export type OpenAttachment = {
  /** Made by us: reference, number, and the ending of what the content is (S23). */
  fileName: string;
  type: string;
  size: number;
  /** Lower-case hex. */
  sha256: string;
  /** Ends with an error rather than with wrong bytes. */
  body: AsyncGenerator<Buffer, void>;
};

/**
 * Opens an attachment for the subject of its case, or for staff; a foreign and a missing one are the same answer (S19).
 * That staff opened one stands in the log, as the reading of a case does.
 */
export async function openAttachment(ctx: Ctx, input: { attachmentId: string }): Promise<Result<OpenAttachment>> {
  const { actor } = ctx;
  if (actor.kind !== "holder" && actor.kind !== "staff") return fail("not-found");
  const { attachmentId } = input;
  if (!z.uuid().safeParse(attachmentId).success) return fail("not-found");
  const found = await withTransaction(ctx, async (tx) => {
    // Row security shows each actor their own rows; a message that is hidden hides what came with it.
    const [row] = await tx.db
      .select({
        ...{ one: attachments, of: cases, reference: cases.reference, subjectId: cases.subjectId },
        withdrawn: sql<boolean>`exists (select 1 from message_redactions r where r.message_id = ${caseMessages.id} and r.whole)`,
      })
      .from(attachments)
      .innerJoin(caseMessages, eq(caseMessages.id, attachments.messageId))
      .innerJoin(cases, eq(cases.id, caseMessages.caseId))
      .where(eq(attachments.id, attachmentId));
    if (!row?.one.wrappedKey || !row.one.type || !row.one.sha256) return fail("not-found");
    if (actor.kind === "holder" && row.subjectId !== actor.personId) return fail("not-found");
    // As the case itself: with a reason, of which its person has a receipt. What was taken out of view asks for its own.
    const what = row.withdrawn ? "original" : "case";
    if (actor.kind === "staff" && !(await noteAccess(tx, row.of, { what }))) return fail("not-found");
    const { wrappedKey, type, sha256, bytes, position } = row.one;
    const key = await openForSubject(tx, row.subjectId, attachmentKeyPlace(attachmentId), wrappedKey);
    if (!key) return fail("key-destroyed");
    await recordAudit(tx, { action: "attachment.opened", object: { type: "attachment", id: attachmentId } });
    const fileName = `${row.reference}-${attachmentId.slice(-6)}-${position + 1}.${endingOf(type)}`;
    return ok({ key, type, sha256, size: bytes, fileName });
  });
  if (!found.ok) return found;
  const { key, ...facts } = found.value;
  try {
    return ok({ ...facts, body: await readAttachmentFile(attachmentId, key, facts.size) });
  } catch (error) {
    if (!(error instanceof SealedFileError)) throw error;
    log.error({ attachmentId, err: error }, "an attachment cannot be opened");
    return fail("damaged");
  }
}
