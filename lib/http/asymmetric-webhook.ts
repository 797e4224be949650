import { sign, verify } from "node:crypto";
import { publicKey, verifyingKey } from "../crypto/ed25519";
import { signingKey } from "../crypto/signing-key";

const signedBytes = (id: string, timestamp: string, body: string): Buffer => Buffer.from(`${id}.${timestamp}.${body}`);

/**
 * The asymmetric signature of Standard Webhooks 1.0 (`v1a`, Ed25519) under the key that `/.well-known/data-transfer.json` publishes:
 * who gets the message can show to others that it is ours.
 */
export function asymmetricSignature(id: string, timestamp: string, body: string): string {
  return `v1a,${sign(null, signedBytes(id, timestamp, body), signingKey("transfers").privateKey).toString("base64")}`;
}

/**
 * Whether one of a webhook's signatures is the key's. Its time and id are looked at by the caller.
 * @param key `whpk_` and 32 bytes in base64, as Standard Webhooks writes a public key
 */
export function isAsymmetricallySigned(key: string, id: string, timestamp: string, body: string, header: string) {
  const bytes = Buffer.from(key.replace(/^whpk_/, ""), "base64");
  if (bytes.length !== 32) return false;
  try {
    const verifying = verifyingKey(publicKey(bytes.toString("base64url")));
    return header
      .split(" ")
      .slice(0, 10)
      .filter((one) => /^v1a,[A-Za-z0-9+/]{86}==$/.test(one))
      .some((one) => verify(null, signedBytes(id, timestamp, body), verifying, Buffer.from(one.slice(4), "base64")));
  } catch {
    return false;
  }
}
