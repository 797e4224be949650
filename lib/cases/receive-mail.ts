import { and, eq, ne, sql } from "drizzle-orm";
import { discardFiles } from "../attachments/attachment-file";
import { keepAttachments } from "../attachments/keep-attachments";
import type { StoredFile } from "../attachments/store-files";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { keyedHash } from "../crypto/hash";
import { sealForSubject } from "../crypto/subject-seal";
import { inboundMails } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { namesCase } from "../mail/case-thread";
import { type MailNature, mailNature, takesConfirmation } from "../mail/mail-nature";
import { mailSenderHash, readSender, type Sender } from "../mail/read-sender";
import type { ReceivedMail } from "../mail/received-mail";
import type { CaseRow } from "./change-case";
import { confirmInquiry } from "./confirm-inquiry";
import { followUp } from "./follow-up";
import { inboundPlace } from "./mail-facts";
import { mayConfirm, openedEnough, openMailCase } from "./mail-flood";
import { caseOfMail } from "./mail-thread";
import { foldedWords, mailWords, noteWords } from "./mail-words";
import { addMessage } from "./message-body";
import { personOf } from "./open-inquiry";
import { openMailInquiry } from "./open-mail-inquiry";
import { recordEvent } from "./record-event";

type Row = typeof inboundMails.$inferSelect;
type Become = { messageId: string | null; subjectId: string | null; opened?: boolean; confirmed?: boolean };

/**
 * Decides what a mail to the privacy address becomes, in one transaction:
 *
 * - a message in the case whose reference it names, when its sender's address is on file there;
 * - otherwise a new inquiry, with a pointer for staff to the case it names, and a confirmation to where it came from;
 * - of what machines send by themselves a note on the case, or a record that it came; none of it is ever answered.
 *
 * Running again finds it done (R2); the same mail under another id is recognised by its sender and Message-ID.
 */
export async function receiveMail(
  ctx: Ctx,
  input: { inboundId: string; mail: ReceivedMail; files: readonly StoredFile[] },
): Promise<void> {
  const { mail } = input;
  const sender = readSender(mail.from);
  // Whoever cannot be read is one sender: what they write in place of an address is another with each mail, if they like.
  const senderHash = mailSenderHash(sender.address ?? "");
  const wroteAs = mailSenderHash(sender.address ?? sender.raw);
  const messageHash = mail.messageId ? keyedHash("mail-message", `${wroteAs} ${mail.messageId}`) : null;
  const isKept = await withTransaction(ctx, async (tx) => {
    // Mails of one sender one after another: what comes twice, or too fast, is seen.
    await tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${senderHash}, 0))`);
    const [row] = await tx.db.select().from(inboundMails).where(eq(inboundMails.id, input.inboundId)).for("update");
    if (!row || row.processedAt) return false;
    const nature = (await cameBefore(tx, row.id, messageHash)) ? "repeated" : mailNature(mail);
    const { found, claimed } = nature === "repeated" ? nothing : await caseOfMail(tx, mail, sender.address);
    const become = await turnInto(tx, { row, mail, sender, senderHash, nature, found, claimed });
    const { messageId, subjectId } = become;
    const { from, subject, text } = mail;
    const whole = Buffer.from(JSON.stringify({ from, subject, text }), "utf8");
    // What belongs to no case is kept a while for staff to look at, since headers may be wrong; what is known is not.
    const isWorthALook = messageId !== null || !["own", "repeated"].includes(nature);
    await tx.db
      .update(inboundMails)
      .set({
        ...{ processedAt: tx.now, nature, messageId, proved: mail.proved, senderHash, messageHash },
        claimedCaseId: messageId ? claimed : null,
        openedAt: become.opened ? tx.now : null,
        acknowledgedAt: become.confirmed ? tx.now : null,
        sealed: isWorthALook ? await sealForSubject(tx, subjectId, inboundPlace(row.id), whole) : null,
      })
      .where(eq(inboundMails.id, row.id));
    const keeps = messageId !== null && nature === "person";
    if (keeps) await keepAttachments(tx, { messageId, subjectId }, input.files);
    await recordAudit(tx, {
      action: "mail.received",
      object: { type: "inbound-mail", id: row.id },
      payload: { nature, messageId, proved: mail.proved, files: keeps ? input.files.length : 0 },
    });
    return keeps;
  });
  if (!isKept) await discardFiles(input.files.map(({ id }) => id));
}

const nothing = { found: null, claimed: null };

async function cameBefore(tx: Tx, inboundId: string, messageHash: string | null): Promise<boolean> {
  if (messageHash === null) return false;
  const [known] = await tx.db
    .select({ id: inboundMails.id })
    .from(inboundMails)
    .where(and(eq(inboundMails.messageHash, messageHash), ne(inboundMails.id, inboundId)))
    .limit(1);
  return known !== undefined;
}

type Taken = {
  row: Row;
  mail: ReceivedMail;
  sender: Sender;
  senderHash: string;
  nature: MailNature | "repeated";
  found: CaseRow | null;
  claimed: string | null;
};

async function turnInto(tx: Tx, taken: Taken): Promise<Become> {
  const { row, mail, sender, senderHash, nature, found } = taken;
  const none = { messageId: null, subjectId: null };
  if (nature === "repeated") return none;
  if (nature !== "person") return found ? addNote(tx, found, nature, mail) : none;
  const take = (target: CaseRow, text: string) =>
    followUp(tx, target, { text, receivedAt: row.receivedAt, by: "mail", answersMail: mail.proved });
  const added = found && (await take(found, mailWords(mail, false)));
  if (added?.ok) return added.value;
  // It belongs to no case, or to one that cannot be opened again (another deletion runs): a question of its own. Too many of those in
  // an hour from one sender become messages in one case, so that nothing is lost.
  const enough = await openedEnough(tx, senderHash);
  const newest = enough ? await openMailCase(tx, senderHash) : null;
  const folded = newest && (await take(newest, foldedWords(mail, sender)));
  return folded?.ok ? folded.value : open(tx, taken, !enough && (await mayConfirm(tx)));
}

async function addNote(tx: Tx, found: CaseRow, nature: MailNature, mail: ReceivedMail): Promise<Become> {
  const { id: caseId, subjectId } = found;
  const text = noteWords(nature, mail);
  const { messageId } = await addMessage(tx, { caseId, subjectId, author: "system", text, internal: true });
  await recordEvent(tx, { caseId, type: "mail.noted", detail: { messageId, nature }, internal: true });
  return { messageId, subjectId };
}

async function open(tx: Tx, { row, mail, sender, claimed }: Taken, may: boolean): Promise<Become> {
  // Anybody can write any address above a mail: whose it is counts only when their domain stands for it.
  const person = mail.proved && sender.address ? await personOf(tx, sender.address) : null;
  const subjectId = person?.id ?? null;
  const { messageId, ...made } = await openMailInquiry(tx, { mail, sender, subjectId, receivedAt: row.receivedAt });
  const confirmed = sender.address !== null && may && takesConfirmation(mail.headers);
  if (confirmed && sender.address)
    await confirmInquiry(tx, { ...made, to: sender.address, person, receivedAt: row.receivedAt, channel: "mail" });
  // Whoever only companies name is told which of them answers, when it is proved to be them: never for what anybody can write above
  // a mail, nor past an hour's confirmations. Who writes again about a case is answered by a person.
  if (confirmed && mail.proved && !person && !claimed && !namesCase(`${mail.subject}\n${mail.text}`))
    await enqueue(tx, "identity.ask", { caseId: made.caseId });
  return { messageId, subjectId, opened: true, confirmed };
}
