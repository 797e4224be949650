import { config } from "../../trust-center.config";
import { parseReference } from "../ids";
import { allOf } from "./mail-headers";
import { loopMark } from "./mail-nature";
import type { ReceivedMail } from "./received-mail";

const [mailboxName = "", mailboxDomain = ""] = config.mail.replyTo.split("@");

/**
 * What makes a mail about a case lead back to it: the address that is answered to, and a name of the case among the mails
 * that it follows (RFC 5322, 3.6.4), which mail programs carry on whatever becomes of the subject.
 */
export function threadOfCase(reference: string): { replyTo: string; headers: Record<string, string> } {
  const name = reference.toLowerCase();
  const id = `<${name}@${mailboxDomain}>`;
  return {
    replyTo: config.mail.inbound.plusAddress ? `${mailboxName}+${name}@${mailboxDomain}` : config.mail.replyTo,
    headers: { "In-Reply-To": id, References: id, "X-Loop": loopMark },
  };
}

/** A reference as mails carry it; typed ones may have a space or nothing in place of a hyphen. */
const inSubject = /\bPR[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{4}\b/gi;
const inAddress = /\+(pr-[0-9a-z]{4}-[0-9a-z]{4})@/i;
const inIds = /<(pr-[0-9a-z]{4}-[0-9a-z]{4})@/gi;
/** Nobody names more cases than these. */
const most = 5;

/** Whether somebody names a case in their words, as whoever writes again about it does. */
export const namesCase = (text: string): boolean => text.search(inSubject) !== -1;

/** The references a mail names: in the address it was sent to, in the mails it follows, in its subject; the surest first. */
export function referencesIn({ to, headers, subject }: Pick<ReceivedMail, "to" | "headers" | "subject">): string[] {
  const follows = ["in-reply-to", "references"].flatMap((name) => allOf(headers, name));
  const named = [
    ...to.map((address) => inAddress.exec(address)?.[1]),
    ...follows.flatMap((value) => [...value.matchAll(inIds)].map(([, reference]) => reference)),
    ...[...subject.slice(0, 1000).matchAll(inSubject)].map(([reference]) => reference),
  ];
  const references = named.map((text) => (text ? parseReference(text) : null)).filter((one) => one !== null);
  return [...new Set(references)].slice(0, most);
}
