import { parseAddress } from "../auth/address";
import { keyedHash } from "../crypto/hash";

export type Sender = {
  /** Strict and in lower case; null when no answer can go there. */
  address: string | null;
  /** What stood there, for staff's eyes, at most 320 characters. */
  raw: string;
  name: string | null;
};

/**
 * Who a mail says it is from: `Name <address>` or an address alone. More than one address, groups and quoted local parts are
 * none that is answered (S11).
 */
export function readSender(from: string): Sender {
  const plain = from
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, 1000);
  const opens = plain.lastIndexOf("<");
  const named = opens >= 0 && plain.endsWith(">");
  const raw = (named ? plain.slice(opens + 1, -1) : plain).trim().slice(0, 320);
  const name = named
    ? plain
        .slice(0, opens)
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .trim()
        .slice(0, 200)
    : "";
  // `a@x.example, <b@x.example>` names two.
  const address = /@[^"]*,/.test(name) ? null : parseAddress(raw);
  return { address, raw, name: name || null };
}

/** By which mails of one sender are known to be one sender's, without keeping who that is. */
export const mailSenderHash = (address: string): string => keyedHash("mail-sender", address.toLowerCase());
