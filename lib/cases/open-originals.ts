import { asc, eq } from "drizzle-orm";
import { z } from "zod";
import { noteAccess } from "../access/note-access";
import { statedPurposes } from "../access/words";
import { type AttachmentView, attachmentsOf } from "../attachments/queries";
import { recordAudit } from "../audit/record";
import { withOfficer } from "../auth/with-officer";
import type { Ctx } from "../context";
import { openForSubject } from "../crypto/subject-seal";
import { caseMessages, cases, messageOriginals } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import type { CaseRow } from "./change-case";
import { findCase } from "./find-case";
import { barsOf, originalPlace } from "./message-bars";

export const openOriginalsInput = z.object({
  caseId: z.uuid(),
  purpose: z.enum(statedPurposes),
  words: z.string().trim().min(10, "Say why in a sentence.").max(2000, "At most 2,000 characters."),
});

/**
 * An officer says why they read what was left out of the messages of a case, and may then read it for
 * `staffAccess.visitMinutes`. The person has a receipt of it as of any look, with the reason's kind and without its words.
 */
export async function openOriginals(ctx: Ctx, raw: z.input<typeof openOriginalsInput>): Promise<Result<null>> {
  const parsed = openOriginalsInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, purpose, words } = parsed.data;
  return withOfficer<null, "not-found">(ctx, async (tx) => {
    const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
    if (!row) return fail("not-found");
    await noteAccess(tx, row, { what: "original", stated: { purpose, words } });
    return ok(null);
  });
}

export type OriginalMessage = {
  id: string;
  author: "subject" | "staff" | "system";
  at: string;
  /** Null once the subject's key was destroyed. */
  text: string | null;
  /** Of a message that was taken out of view whole. */
  attachments: AttachmentView[];
};

/** The messages of a case as they were written, once an officer said why; null for everybody else, and where there is no such case. */
export async function originalsOf(
  ctx: Ctx,
  idOrReference: string,
): Promise<{ caseId: string; reference: string; messages: OriginalMessage[] | null } | null> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return null;
  return withTransaction(ctx, async (tx) => {
    const found = await findCase(tx, idOrReference);
    if (!found) return null;
    const { row } = found;
    const { id: caseId, reference } = row;
    if (!(await noteAccess(tx, row, { what: "original" }))) return { caseId, reference, messages: null };
    const messages = await opened(tx, row);
    await recordAudit(tx, {
      action: "case.originals-read",
      object: { type: "case", id: caseId },
      payload: { messages: messages.length },
    });
    return { caseId, reference, messages };
  });
}

async function opened(tx: Tx, row: CaseRow): Promise<OriginalMessage[]> {
  const rows = await tx.db
    .select({ message: caseMessages, body: messageOriginals.body })
    .from(messageOriginals)
    .innerJoin(caseMessages, eq(caseMessages.id, messageOriginals.messageId))
    .where(eq(caseMessages.caseId, row.id))
    .orderBy(asc(caseMessages.at), asc(caseMessages.id));
  const ids = rows.map(({ message }) => message.id);
  const [files, bars] = [await attachmentsOf(tx, ids, row.subjectId), await barsOf(tx, ids)];
  const messages: OriginalMessage[] = [];
  for (const { message, body } of rows) {
    const text = await openForSubject(tx, row.subjectId, originalPlace(message.id), body);
    const isWhole = bars.get(message.id)?.some(({ whole }) => whole);
    messages.push({
      ...{ id: message.id, author: message.author, at: message.at.toString() },
      text: text?.toString("utf8") ?? null,
      attachments: isWhole ? (files.get(message.id) ?? []) : [],
    });
  }
  return messages;
}
