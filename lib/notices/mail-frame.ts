import { config } from "../../trust-center.config";
import { composeMail } from "../mail/message";

/** What stood in every mail of a notice beside its words. */
export type Envelope = { from: string; replyTo: string };

export const envelopeNow = (): Envelope => ({ from: config.mail.from, replyTo: config.mail.replyTo });

/**
 * One mail of a notice as JSON text in which only what differs from person to person is a place (`fillTemplate`):
 * filled with a recipient's values it is, byte for byte, the mail whose hash stands in the ledger.
 */
export function mailFrame(
  noticeId: string,
  content: { subject: string; html: string; text: string },
  { from, replyTo }: Envelope,
): string {
  const place = (text: string, prefix = "") =>
    text.replace(/\{\{(effective|day|address)\}\}/g, (_, name) => `{{${prefix}${name === "address" ? "to" : name}}}`);
  const plain = { subject: "", html: "", text: "" };
  const frame = composeMail("somebody@example.com", plain, { "X-Entity-Ref-ID": "{{id}}" });
  return JSON.stringify({
    ...frame,
    from,
    to: ["{{to}}"],
    reply_to: replyTo,
    subject: place(content.subject),
    html: place(content.html, "html:"),
    text: place(content.text),
    tags: [
      { name: "notice", value: noticeId },
      { name: "recipient", value: "{{id}}" },
    ],
  });
}
