import { domainToASCII } from "node:url";

const local = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * An address that may stand in a mail's `to`, or null (S11, S25): one address without display name,
 * quotes, commas, brackets, spaces or control characters; the domain in ASCII (IDNA), since the mail
 * service takes no other. The local part keeps its case.
 */
export function mailAddress(text: string): string | null {
  const plain = text.trim();
  if (plain.length > 254 || plain !== text.normalize("NFKC")) return null;
  const at = plain.lastIndexOf("@");
  const before = plain.slice(0, at);
  if (before.length > 64 || !local.test(before)) return null;
  const after = domainToASCII(plain.slice(at + 1)).toLowerCase();
  if (!domain.test(after) || /^[\d.]+$/.test(after)) return null;
  return `${before}@${after}`;
}
