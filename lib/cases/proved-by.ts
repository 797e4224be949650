import { and, eq } from "drizzle-orm";
import { caseMessages, identityProofs, inboundMails } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { CaseRow } from "./change-case";

/** How it is known that a case comes from the person it is about. */
export type ProvedBy = "account" | "link" | "mail";

/**
 * How it is known that a case's subject is who asked: they were signed in, used the link to their address on file (or
 * went on signed in instead, which is as good), or wrote a mail
 * for which their domain stands (docs/inbound-mail.md). Null while it only says so: an address in a form is nobody's word. A mail is
 * enough to use data less, never to change or give away any (GDPR 12(6)).
 */
export async function provedBy(tx: Tx, row: Pick<CaseRow, "id" | "subjectId" | "channel">): Promise<ProvedBy | null> {
  if (row.subjectId === null) return null;
  if (row.channel === "dashboard") return "account";
  const [proof] = await tx.db
    .select({ provedAt: identityProofs.provedAt })
    .from(identityProofs)
    .where(eq(identityProofs.caseId, row.id));
  if (proof?.provedAt) return "link";
  if (row.channel !== "mail") return null;
  const [mail] = await tx.db
    .select({ id: inboundMails.id })
    .from(inboundMails)
    .innerJoin(caseMessages, eq(caseMessages.id, inboundMails.messageId))
    .where(and(eq(caseMessages.caseId, row.id), eq(caseMessages.author, "subject"), eq(inboundMails.proved, true)))
    .limit(1);
  return mail ? "mail" : null;
}
