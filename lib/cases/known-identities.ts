import { openWithMaster, sealWithMaster } from "../crypto/seal";

/** What identifies the person of a deletion, by kind, noted before the first pass: afterwards nobody knows it. */
const knownPlace = (caseId: string) => ({ table: "deletions", column: "identities", row: caseId });

export const sealKnown = (caseId: string, identities: [string, string[]][]): Buffer =>
  sealWithMaster(knownPlace(caseId), JSON.stringify(identities));

export const openKnown = (caseId: string, sealed: Buffer): Map<string, string[]> =>
  new Map(JSON.parse(openWithMaster(knownPlace(caseId), sealed)) as [string, string[]][]);

/** The address that the person proved here, beside those that the platform knows. */
export function withAddress(identities: [string, string[]][], email: string): [string, string[]][] {
  const all = new Map(identities);
  all.set("email", [...new Set([...(all.get("email") ?? []), email])]);
  return [...all];
}
