import { domainToASCII } from "node:url";

/** atext of RFC 5322 without the signs old mail routing gave a meaning to (`%`, `!`, `|`, backtick). */
const localPart = /^[a-z0-9#$&'*+/=?^_{}~-]+(?:\.[a-z0-9#$&'*+/=?^_{}~-]+)*$/;
const unicodeDomain = /^[\p{L}\p{M}\p{N}.-]+$/u;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * One strict address (S11), lower-case, its domain in ASCII (punycode). Null for anything else: quotes,
 * commas, comments, spaces inside, control characters, text that NFKC would change, a domain of one
 * label or an address literal. Lengths: 64 before the @, 254 in all (RFC 5321).
 */
export function parseAddress(text: unknown): string | null {
  if (typeof text !== "string" || text.length > 320) return null;
  const plain = text.replace(/^ +| +$/g, "");
  if (plain.normalize("NFKC") !== plain) return null;
  const [local = "", domain = "", ...more] = plain.toLowerCase().split("@");
  if (more.length > 0 || local.length > 64 || !localPart.test(local) || !unicodeDomain.test(domain)) return null;
  const ascii = domainToASCII(domain);
  const labels = ascii.split(".");
  if (labels.length < 2 || ascii.length > 253 || !labels.every((part) => label.test(part))) return null;
  if (/^\d+$/.test(labels.at(-1) ?? "")) return null;
  const address = `${local}@${ascii}`;
  return address.length <= 254 ? address : null;
}
