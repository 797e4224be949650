import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { type PublicKey, signText } from "../crypto/ed25519";
import type { SigningKey } from "../crypto/signing-key";

export const receiptFormat = "operno-receipt/1";

/** What a receipt says, member by member; plain JSON. */
export type Members = Record<string, unknown>;
export type ReceiptFile = {
  format: typeof receiptFormat;
  receipt: Members;
  /** `digests`: of each member of `receipt`, so that the altered one can be named. */
  seal: { digests: Record<string, string>; key: PublicKey; signature: string };
};

/** Said in the file itself, for whoever checks it with tools of their own. */
export const howToCheck = [
  "The file is canonical JSON in UTF-8 (RFC 8785) and a line feed: any other byte is an altered one.",
  "seal.digests holds the lower-case hex SHA-256 of the canonical JSON of each member of receipt.",
  `seal.signature is Ed25519 (RFC 8032), base64url, over the text "${receiptFormat} " followed by the lower-case hex SHA-256 of the canonical JSON of seal.digests.`,
  "seal.key is the public key (RFC 8037), its kid the thumbprint (RFC 7638). Compare it with those published at keysAt.",
  "subject.commitment is the lower-case hex SHA-256 of \"operno-receipt subject\", the last part of the receipt's address and the account's id on the platform, joined by line feeds: whoever has both can show whose receipt it is, and the file alone tells nobody.",
];

export const digestOf = (value: unknown): string =>
  createHash("sha256")
    .update(String(canonicalize(value)))
    .digest("hex");

export const digestsOf = (receipt: Members): Record<string, string> =>
  Object.fromEntries(Object.entries(receipt).map(([name, value]) => [name, digestOf(value)]));

/** The format's name keeps the signature from meaning anything elsewhere. */
export const signedText = (digests: Record<string, string>): string => `${receiptFormat} ${digestOf(digests)}`;

/** @param token the last part of the receipt's address */
export const commitmentTo = (token: string, accountId: string): string =>
  createHash("sha256").update(`operno-receipt subject\n${token}\n${accountId}`).digest("hex");

export const textOf = (file: ReceiptFile): string => `${canonicalize(file)}\n`;

/** Signs a receipt. @returns the file, byte for byte */
export function sealReceipt({ privateKey, publicKey }: SigningKey, members: Members): string {
  // As it will be read back: without what JSON leaves out.
  const receipt = JSON.parse(JSON.stringify(members)) as Members;
  const digests = digestsOf(receipt);
  const signature = signText(privateKey, signedText(digests));
  return textOf({ format: receiptFormat, receipt, seal: { digests, key: publicKey, signature } });
}
