import type { MailHeaders } from "./mail-headers";

/** A mail that reached the privacy address, as far as it is read. */
export type ReceivedMail = {
  /** The From field as it stands: a name and an address, or anything. */
  from: string;
  /** Whom it was sent to, in any field. */
  to: readonly string[];
  subject: string;
  /** The text, or what the HTML says; never null, perhaps empty. */
  text: string;
  messageId: string;
  headers: MailHeaders;
  /** Whether the mail service proved that the sender's domain sent it. */
  proved: boolean;
};
