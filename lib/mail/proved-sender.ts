import { config } from "../../trust-center.config";
import { firstOf, type MailHeaders } from "./mail-headers";

/**
 * Whether the mail service vouches that the sender's domain sent this mail (RFC 8601): DMARC passed for it, or a DKIM
 * signature of that very domain did. Only the topmost result counts, and only when the service wrote it: those below come with
 * the mail, and anybody can write them.
 */
export function isProvedSender(
  headers: MailHeaders,
  address: string | null,
  service: string | null = config.mail.inbound.authenticatedBy,
): boolean {
  const results = firstOf(headers, "authentication-results");
  const domain = address?.split("@")[1];
  if (!service || !results || !domain) return false;
  // Comments may hold anything, and sentences of their own with `;` in them.
  const plain = withoutComments(results);
  if (plain === null) return false;
  const [by = "", ...parts] = plain.split(";");
  if (by.trim().split(/\s+/)[0]?.toLowerCase() !== service.toLowerCase()) return false;
  return parts.some((part) => {
    const words = part.trim().toLowerCase().split(/\s+/);
    const value = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
    if (words[0] === "dmarc=pass") return value("header.from") === domain;
    if (words[0] === "dkim=pass")
      return value("header.d") === domain || value("header.i")?.split("@").at(-1) === domain;
    return false;
  });
}

/** Without comments, and with quoted text as one word that separates nothing: whoever sends chooses it. Null when either stays open. */
function withoutComments(text: string): string | null {
  let [depth, quoted, plain] = [0, false, ""];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (letter === "\\" && (quoted || depth > 0)) at++;
    else if (depth === 0 && letter === '"') quoted = !quoted;
    else if (quoted) plain += /[\w.@+-]/.test(letter) ? letter : "_";
    else if (letter === "(") depth++;
    else if (letter === ")" && depth > 0) depth--;
    else if (depth === 0) plain += letter;
  }
  return quoted || depth > 0 ? null : plain;
}
