import { hkdfSync, type KeyObject } from "node:crypto";
import { type PublicKey, privateKeyOf, publicKeyOf } from "./ed25519";
import { masterKey, newestMasterVersion } from "./seal";

export type SigningKey = { privateKey: KeyObject; publicKey: PublicKey };

/**
 * The Ed25519 key for one purpose, derived from the newest master key (HKDF, RFC 5869): nothing more to keep, and it
 * changes with the master key. Whoever signs keeps the public half, so that old signatures stay checkable.
 */
export function signingKey(purpose: "evidence" | "transfers"): SigningKey {
  const seed = hkdfSync("sha256", masterKey(newestMasterVersion()), "", `operno ${purpose} ed25519`, 32);
  const privateKey = privateKeyOf(new Uint8Array(seed));
  return { privateKey, publicKey: publicKeyOf(privateKey) };
}
