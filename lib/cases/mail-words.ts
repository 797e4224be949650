import { config } from "../../trust-center.config";
import type { MailNature } from "../mail/mail-nature";
import { ownWords } from "../mail/own-words";
import type { Sender } from "../mail/read-sender";
import type { ReceivedMail } from "../mail/received-mail";
import { messageLimit } from "./message-text";

const rest = "\n\n[The mail goes on. The desk has the whole of it.]";
const noteLimit = 2000;

/** What stands in the thread of a mail: its own words, without the earlier mail below; all of it is kept beside. */
export function mailWords({ subject, text }: Pick<ReceivedMail, "subject" | "text">, withSubject: boolean): string {
  const own = ownWords(text) || "(The mail has no text.)";
  const says = withSubject && subject && subject.toLowerCase() !== config.company.inquirySubject.toLowerCase();
  return cut(says ? `${subject}\n\n${own}` : own, messageLimit, rest);
}

/** The same of a mail that is a question of its own but stands in a case with others; whose it is, where no address says so. */
export function foldedWords(mail: Pick<ReceivedMail, "from" | "subject" | "text">, { address }: Sender): string {
  const own = mailWords(mail, true);
  return address === null ? cut(`From: ${mail.from.slice(0, 500).toWellFormed()}\n\n${own}`, messageLimit, rest) : own;
}

const natures: Record<Exclude<MailNature, "person">, string> = {
  "auto-reply": "An automatic reply came by mail, and was not answered.",
  bounce: "A mail server reported that a mail of ours did not arrive.",
  list: "A mail of a list or a mass mailing came, and was not answered.",
  own: "A mail of our own came back to us, and was not answered.",
};

/** The note that staff read of a mail that no person wrote. */
export function noteWords(nature: MailNature, { subject, text }: Pick<ReceivedMail, "subject" | "text">): string {
  const said = nature === "person" ? "A mail came." : natures[nature];
  return cut([said, subject, ownWords(text)].filter(Boolean).join("\n\n"), noteLimit, "\n\n[...]");
}

function cut(text: string, limit: number, end: string): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - end.length).toWellFormed()}${end}`;
}
