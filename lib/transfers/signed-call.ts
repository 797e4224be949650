import { randomBytes, sign, verify } from "node:crypto";
import { publicKey, verifyingKey } from "../crypto/ed25519";
import { signingKey } from "../crypto/signing-key";

export type Verb = "offer" | "part" | "complete" | "state" | "delete";
/** What a call is about; it stands in the id, so that no signature serves for another call. */
export type Target = { verb: Verb; transferId: string; part?: number; offset?: number };

/** Seconds by which a call's time may differ from ours (Standard Webhooks 1.0). */
const tolerance = 5 * 60;

const prefix = ({ verb, transferId, part, offset }: Target): string =>
  [verb, transferId, ...(part === undefined ? [] : [part, offset])].join("_");

const signedBytes = (id: string, timestamp: string, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);

/**
 * The headers of Standard Webhooks 1.0 with its asymmetric signature (`v1a`, Ed25519) under our own key. The id begins with what
 * the call is about and ends with 128 random bits; the receiver keeps it for 90 days and takes it once.
 */
export function signCall(target: Target, body: Uint8Array, at = Date.now()): Record<string, string> {
  const id = `${prefix(target)}_${randomBytes(16).toString("hex")}`;
  const timestamp = String(Math.floor(at / 1000));
  const signature = sign(null, signedBytes(id, timestamp, body), signingKey("transfers").privateKey);
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1a,${signature.toString("base64")}`,
  };
}

/**
 * The id of a call that its sender signed for exactly this purpose within five minutes; null for every other one.
 * @param x the sender's public key, base64url
 */
export function signedCallId(
  x: string,
  target: Target,
  body: Uint8Array,
  header: (name: string) => string | null,
  now = Date.now(),
): string | null {
  const value = (name: string) => header(`webhook-${name}`) ?? "";
  const [id, timestamp] = [value("id"), value("timestamp")];
  if (!/^[\w-]{1,200}$/.test(id) || !id.startsWith(`${prefix(target)}_`) || !/^\d{1,12}$/.test(timestamp)) return null;
  if (!/^[0-9a-f]{32}$/.test(id.slice(prefix(target).length + 1))) return null;
  if (Math.abs(now / 1000 - Number(timestamp)) > tolerance) return null;
  const signed = signedBytes(id, timestamp, body);
  try {
    const key = verifyingKey(publicKey(x));
    const right = value("signature")
      .split(" ")
      .slice(0, 10)
      .filter((one) => /^v1a,[A-Za-z0-9+/]{86}==$/.test(one))
      .some((one) => verify(null, signed, key, Buffer.from(one.slice(4), "base64")));
    return right ? id : null;
  } catch {
    return null;
  }
}
