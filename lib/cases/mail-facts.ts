import { eq, inArray } from "drizzle-orm";
import { z } from "zod";
import type { SealedPlace } from "../crypto/seal";
import { openForSubject, resealForSubject } from "../crypto/subject-seal";
import { caseMessages, cases, inboundMails } from "../db/schema";
import type { Tx } from "../db/transaction";

/** Where the sealed subject and whole text of a mail stand. */
export const inboundPlace = (id: string): SealedPlace => ({ table: "inbound_mails", column: "sealed", row: id });

export const mailContent = z.object({ from: z.string(), subject: z.string(), text: z.string() });

/** What staff see of the mail that a message came in. */
export type MailFacts = {
  /** The mail service proved that the sender's domain sent it; otherwise anybody may have written the address. */
  proved: boolean;
  subject: string | null;
  /** With what was quoted below; null once the subject's key was destroyed. */
  whole: string | null;
  /** The reference of another case that it names, at which its address is not on file. */
  claims: string | null;
};

/** The mails behind some messages of one subject, by message. Row security shows them to staff alone. */
export async function mailFactsOf(
  tx: Tx,
  messageIds: readonly string[],
  subjectId: string | null,
): Promise<Map<string, MailFacts>> {
  const found = new Map<string, MailFacts>();
  if (messageIds.length === 0 || tx.ctx.actor.kind !== "staff") return found;
  const rows = await tx.db
    .select({ mail: inboundMails, claims: cases.reference })
    .from(inboundMails)
    .leftJoin(cases, eq(cases.id, inboundMails.claimedCaseId))
    .where(inArray(inboundMails.messageId, [...messageIds]));
  for (const { mail, claims } of rows) {
    if (!mail.messageId) continue;
    const opened = mail.sealed && (await openForSubject(tx, subjectId, inboundPlace(mail.id), mail.sealed));
    const content = opened ? mailContent.parse(JSON.parse(opened.toString("utf8"))) : null;
    const { subject = null, text: whole = null } = content ?? {};
    found.set(mail.messageId, { proved: mail.proved, subject, whole, claims });
  }
  return found;
}

/** What is kept of the mails of a case that got its subject goes under their key (S32). */
export async function resealMails(tx: Tx, caseId: string, subjectId: string): Promise<void> {
  const ofCase = tx.db.select({ id: caseMessages.id }).from(caseMessages).where(eq(caseMessages.caseId, caseId));
  const rows = await tx.db.select().from(inboundMails).where(inArray(inboundMails.messageId, ofCase));
  for (const { id, sealed } of rows)
    if (sealed)
      await tx.db
        .update(inboundMails)
        .set({ sealed: await resealForSubject(tx, subjectId, inboundPlace(id), sealed) })
        .where(eq(inboundMails.id, id));
}
