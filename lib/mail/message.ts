import { config } from "../../trust-center.config";
import { mailAddress } from "./mail-address";

/** One mail as the mail service's API takes it (https://resend.com/docs/api-reference/emails/send-email). */
export type MailMessage = {
  from: string;
  to: [string];
  reply_to: string;
  subject: string;
  html: string;
  text: string;
  headers: Record<string, string>;
  tags?: { name: string; value: string }[];
};

/** A mail that must not be sent: a wrong address or a line break in a field. Trying again is useless. */
export class MailRefused extends Error {
  override name = "MailRefused";
  readonly reason: "address" | "line-break";
  constructor(reason: "address" | "line-break") {
    super(reason);
    this.reason = reason;
  }
}

type Content = { subject: string; html: string; text: string };

// A header value is one line of printable characters; anything else could begin another header (S25).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const unsafe = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

/**
 * Puts a mail together. Headers name this app's origin only; every automatic mail says so, which
 * keeps out-of-office replies away (RFC 3834).
 * @throws MailRefused for an address that is none and for a control character in a header field
 */
export function composeMail(
  to: string,
  content: Content,
  headers: Record<string, string> = {},
  replyTo: string = config.mail.replyTo,
): MailMessage {
  const address = mailAddress(to);
  if (!address) throw new MailRefused("address");
  const all = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", ...headers };
  const fields = [content.subject, config.mail.from, replyTo, ...Object.entries(all).flat()];
  if (fields.some((field) => unsafe.test(field))) throw new MailRefused("line-break");
  return {
    from: config.mail.from,
    to: [address],
    reply_to: replyTo,
    subject: content.subject,
    html: content.html,
    text: content.text,
    headers: all,
  };
}
