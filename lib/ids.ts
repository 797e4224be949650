import { randomBytes } from "node:crypto";
import { v7 } from "uuid";

/** A time-ordered id (RFC 9562, version 7). */
export const newId = (): string => v7();

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * A public reference such as `PR-7K2M-Q4XD`: 40 random bits in Crockford base32. It identifies and
 * opens nothing.
 */
export function newReference(): string {
  const letters = Array.from(randomBytes(8), (byte) => crockford[byte % 32]).join("");
  return `PR-${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** Reads a reference as people type it: lower case, spaces, O for 0, I or L for 1. Null when it is none. */
export function parseReference(text: string): string | null {
  const plain = text
    .toUpperCase()
    .replace(/^\s*PR/, "")
    .replace(/[\s-]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  if (plain.length !== 8 || [...plain].some((letter) => !crockford.includes(letter))) return null;
  return `PR-${plain.slice(0, 4)}-${plain.slice(4)}`;
}
