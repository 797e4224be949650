import { and, desc, isNotNull, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { openForSubject } from "../crypto/subject-seal";
import { isAfter, readPlace, writePlace } from "../db/newest-first";
import { inboundMails } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { inboundPlace, mailContent } from "./mail-facts";
import { caseReader } from "./permit";

export type LooseMail = {
  id: string;
  receivedAt: string;
  nature: "auto-reply" | "bounce" | "list";
  from: string;
  subject: string;
  /** Its beginning. */
  text: string;
};

const pageSize = 30;
const shown = 400;

/**
 * Mails that machines sent, as far as their headers tell, and that belong to no case; the newest first. Headers may be wrong
 * about a mail, and a request must not be lost by that, so staff can look. Reading them stands in the log.
 * @param input.before where the page before ended
 */
export async function looseMails(
  ctx: Ctx,
  input: { before?: string | undefined } = {},
): Promise<{ mails: LooseMail[]; next: string | null }> {
  if (!caseReader(ctx)) return { mails: [], next: null };
  const before = readPlace(input.before);
  return withTransaction(ctx, async (tx) => {
    const rows = await tx.db
      .select()
      .from(inboundMails)
      .where(
        and(
          isNull(inboundMails.messageId),
          isNotNull(inboundMails.sealed),
          before ? isAfter(inboundMails.receivedAt, inboundMails.id, before) : undefined,
        ),
      )
      .orderBy(desc(inboundMails.receivedAt), desc(inboundMails.id))
      .limit(pageSize + 1);
    const page = rows.slice(0, pageSize);
    const mails: LooseMail[] = [];
    for (const { id, receivedAt, nature, sealed } of page) {
      const opened = sealed && (await openForSubject(tx, null, inboundPlace(id), sealed));
      if (!opened) continue;
      const { from, subject, text } = mailContent.parse(JSON.parse(opened.toString("utf8")));
      mails.push({
        ...{ id, receivedAt: receivedAt.toString(), nature: nature as LooseMail["nature"] },
        ...{ from, subject, text: text.slice(0, shown).toWellFormed() },
      });
    }
    if (mails.length > 0)
      await recordAudit(tx, {
        action: "mail.looked-through",
        object: { type: "inbound-mail", id: "without-case" },
        payload: { mails: mails.length },
      });
    const last = page.at(-1);
    return { mails, next: last && rows.length > pageSize ? writePlace({ at: last.receivedAt, id: last.id }) : null };
  });
}
