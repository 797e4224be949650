import { config } from "../../trust-center.config";
import { allOf, firstOf, type MailHeaders } from "./mail-headers";
import { readSender } from "./read-sender";
import type { ReceivedMail } from "./received-mail";

/** The address alone, without a name around it and without what follows a plus. */
function baseOf(text: string): string {
  const address = (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase();
  const [local = "", domain = ""] = address.split("@");
  return `${local.split("+")[0]}@${domain}`;
}

const ours = new Set([config.mail.from, config.mail.replyTo, config.company.privacyMailbox].map(baseOf));

/** Whether an address is one that we send from or read. */
export const isOwnAddress = (address: string): boolean => ours.has(baseOf(address));

/** What our mails about cases say, so that one that comes back to us is known (`X-Loop`). */
export const loopMark = config.company.privacyMailbox;

export type MailNature = "person" | "auto-reply" | "bounce" | "list" | "own";

/**
 * What kind of mail it is (RFC 3834, RFC 3464, RFC 2919). Only a person's is answered; everything else that answers by
 * itself ends here, so that two machines never write to each other.
 */
export function mailNature({ headers, from }: Pick<ReceivedMail, "headers" | "from">): MailNature {
  const has = (name: string, pattern: RegExp) => allOf(headers, name).some((value) => pattern.test(value));
  const sender = readSender(from).address ?? "";
  if (isOwnAddress(sender) || allOf(headers, "x-loop").some((value) => baseOf(value) === baseOf(loopMark)))
    return "own";
  if (
    has("content-type", /^\s*multipart\/report\b/i) ||
    // An empty return path is how mail servers report; nobody's mail has one.
    allOf(headers, "return-path").some((value) => /^(<\s*>)?$/.test(value.trim())) ||
    /^(mailer-daemon|postmaster)@/.test(sender)
  )
    return "bounce";
  const submitted = firstOf(headers, "auto-submitted");
  if (
    (submitted !== null && !/^\s*no\b/i.test(submitted)) ||
    has("precedence", /^\s*auto[_-]?reply/i) ||
    ["x-autoreply", "x-autorespond", "x-auto-reply-from", "x-autoreply-from"].some((name) => firstOf(headers, name))
  )
    return "auto-reply";
  if (has("precedence", /^\s*(bulk|list|junk)\b/i) || firstOf(headers, "list-id") || firstOf(headers, "list-post"))
    return "list";
  return "person";
}

/** Whether a confirmation may be sent: not to whoever asks for none by machine. */
export const takesConfirmation = (headers: MailHeaders): boolean =>
  firstOf(headers, "x-auto-response-suppress") === null && firstOf(headers, "list-unsubscribe") === null;
