import { sha256Hex } from "../crypto/hash";

/** SHA-256 of the accounts a disclosure is about, as the database computes it: ids in the order of their bytes, one a line. */
export const peopleHash = (userIds: readonly string[]): string =>
  sha256Hex([...userIds].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join("\n"));
