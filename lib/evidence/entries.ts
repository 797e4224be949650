import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { signText } from "../crypto/ed25519";
import type { SigningKey } from "../crypto/signing-key";

export const evidenceFormat = "operno-evidence/1";

/** What stands in a line: its place in the file, what it is, and the facts. */
export type Entry = { n: number; type: string; [fact: string]: unknown };
export type Line = { entry: Entry; chain: string; signature: string };

/** Before the first entry. */
export const chainStart = "0".repeat(64);

/** SHA-256 over the link before and the entry's canonical bytes (RFC 8785), so every link stands for all before it. */
export const link = (before: string, entry: Entry): string =>
  createHash("sha256")
    .update(Buffer.from(before, "hex"))
    .update(String(canonicalize(entry)))
    .digest("hex");

/** What is signed: the format's name keeps the signature from meaning anything elsewhere. */
export const signedText = (chain: string): string => `${evidenceFormat} ${chain}`;

/** Said in the file itself, for whoever checks it with tools of their own. */
export const howToCheck = [
  "Each line is JSON with entry, chain and signature. Entries count up from 1; the first is this header, the last has type end and the number of entries.",
  "chain is the lower-case hex SHA-256 over the 32 bytes of the chain before (32 zero bytes for the first) followed by the entry's canonical JSON in UTF-8 (RFC 8785).",
  `signature is Ed25519 (RFC 8032), base64url, over the text "${evidenceFormat} " followed by chain. The key stands in this header; compare it with the one published at keysAt.`,
  "A mail entry's template is one mail's JSON text. {{name}} is replaced by the value as JSON writes it inside a string; {{html:name}} by the same with & < > \" ' written as &amp; &lt; &gt; &quot; &#x27; first.",
  "The values are the recipient's own: id, to (the address as it was handed over), effective and day (from the zone entry of the recipient's time zone). The lower-case hex SHA-256 of the filled text is the recipient's contentSha256.",
];

/** Turns entries into lines, one after the other: the chain and the numbers are its memory. */
export function makeSealer({ privateKey }: SigningKey): (type: string, facts: Record<string, unknown>) => string {
  let chain = chainStart;
  let n = 0;
  return (type, facts) => {
    // As it will be read back: without what JSON leaves out.
    const entry = JSON.parse(JSON.stringify({ n: ++n, type, ...facts })) as Entry;
    chain = link(chain, entry);
    const line: Line = { entry, chain, signature: signText(privateKey, signedText(chain)) };
    // Readers of lines take these two for ends of lines; JSON may write them as escapes.
    return `${JSON.stringify(line).replace(/[\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`)}\n`;
  };
}
