import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { env } from "../env";

/** Where a sealed value stands; part of the authenticated data, so a swapped ciphertext fails (S32). */
export type SealedPlace = { table: string; column: string; row: string };

const aad = (place: SealedPlace, version: number): Buffer =>
  Buffer.from(JSON.stringify([place.table, place.column, place.row, version]));

/** AES-256-GCM: 1 byte format, 4 bytes key version, 12 bytes nonce, ciphertext, 16 bytes tag. */
export function sealWith(key: Buffer, version: number, place: SealedPlace, plain: Uint8Array): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad(place, version));
  const head = Buffer.alloc(5);
  head.writeUInt8(1, 0);
  head.writeUInt32BE(version, 1);
  return Buffer.concat([head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws when the value was altered, stands in another place, or the key is not the one. */
export function openWith(keyOf: (version: number) => Buffer, place: SealedPlace, sealed: Buffer): Buffer {
  if (sealed.length < 33 || sealed.readUInt8(0) !== 1) throw new Error("sealed value has an unknown format");
  const version = sealed.readUInt32BE(1);
  // authTagLength matters: node accepts a 4-byte tag otherwise.
  const decipher = createDecipheriv("aes-256-gcm", keyOf(version), sealed.subarray(5, 17), { authTagLength: 16 });
  decipher.setAAD(aad(place, version));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(17, -16)), decipher.final()]);
}

export function masterKey(version: number): Buffer {
  const key = env().MASTER_KEYS.get(version);
  if (!key) throw new Error(`master key version ${version} is not configured`);
  return key;
}

export const newestMasterVersion = (): number => Math.max(...env().MASTER_KEYS.keys());

/** Seals text under the newest master key, for content that belongs to no known person yet. */
export function sealWithMaster(place: SealedPlace, text: string): Buffer {
  const version = newestMasterVersion();
  return sealWith(masterKey(version), version, place, Buffer.from(text, "utf8"));
}

export function openWithMaster(place: SealedPlace, sealed: Buffer): string {
  return openWith(masterKey, place, sealed).toString("utf8");
}
