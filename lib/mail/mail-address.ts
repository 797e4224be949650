import { domainToASCII } from "node:url";

/**
 * An address that may stand in a mail's `to`, or null (S11, S25): one address without display name,
 * quotes, commas, brackets, spaces or control characters; the domain in ASCII (IDNA), since the mail
 * service takes no other. The local part keeps its case.
 */
export function mailAddress(text: string): string | null {
  const plain = text.trim();
  if (plain !== text.normalize("NFKC") || plain.length > 254) return null;
  const at = plain.lastIndexOf("@");
  const local = plain.slice(0, at);
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local) || local.length > 64) {
    return null;
  }
  const domain = domainToASCII(plain.slice(at + 1)).toLowerCase();
  const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  if (!new RegExp(`^(${label}\\.)+${label}$`).test(domain) || /^[\d.]+$/.test(domain)) return null;
  return `${local}@${domain}`;
}
