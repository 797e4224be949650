import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** A public Ed25519 key as a JWK (RFC 8037); `kid` is its thumbprint (RFC 7638), so a key cannot pose as another. */
export type PublicKey = { kty: "OKP"; crv: "Ed25519"; x: string; kid: string };

/** DER of PKCS #8 (RFC 8410) up to the 32 bytes of the key. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** @param seed 32 bytes */
export const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });

export function publicKey(x: string): PublicKey {
  const members = JSON.stringify({ crv: "Ed25519", kty: "OKP", x });
  return { kty: "OKP", crv: "Ed25519", x, kid: createHash("sha256").update(members).digest("base64url") };
}

export const publicKeyOf = (key: KeyObject): PublicKey =>
  publicKey(String(createPublicKey(key).export({ format: "jwk" }).x));

/** base64url, 86 characters. */
export const signText = (key: KeyObject, text: string): string =>
  sign(null, Buffer.from(text), key).toString("base64url");

/** @throws for an `x` that is no key */
export const verifyingKey = ({ kty, crv, x }: PublicKey): KeyObject =>
  createPublicKey({ key: { kty, crv, x }, format: "jwk" });

/** False for a wrong signature and for anything that is none. */
export const isSigned = (key: KeyObject, text: string, signature: string): boolean =>
  /^[\w-]{86}$/.test(signature) && verify(null, Buffer.from(text), key, Buffer.from(signature, "base64url"));
