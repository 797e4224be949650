import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";

/**
 * A file under AES-256-GCM in chunks, so that a byte range is opened without the rest, and nothing is
 * handed out before its own tag was checked. The STREAM construction (Hoang, Reyhanitabar, Rogaway,
 * Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015): the nonce is
 * the chunk's number and whether it is the last one, under a key that no other file has. A flipped bit,
 * a chunk missing, repeated, moved or taken from another file all fail to open; a file cut short has
 * no last chunk.
 */
export const chunkBytes = 128 * 1024;
const tagBytes = 16;
export const sealedChunkBytes = chunkBytes + tagBytes;

/** The bytes of a sealed file holding `size` plain bytes; an empty one still has its last chunk. */
export const sealedSize = (size: number): number => size + tagBytes * chunkCount(size);

export const chunkCount = (size: number): number => Math.max(1, Math.ceil(size / chunkBytes));

/** The key of one file: HKDF-SHA256 (RFC 5869) of the package's key, bound to package and part. */
export function fileKey(packageKey: Buffer, packageId: string, part: number): Buffer {
  return Buffer.from(hkdfSync("sha256", packageKey, "", `tc package 1 ${packageId} ${part}`, 32));
}

function nonce(index: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(index, 7);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

/** @param plain exactly `chunkBytes` long unless it is the last */
export function sealChunk(key: Buffer, index: number, last: boolean, plain: Uint8Array): Buffer[] {
  const cipher = createCipheriv("aes-256-gcm", key, nonce(index, last), { authTagLength: tagBytes });
  return [cipher.update(plain), cipher.final(), cipher.getAuthTag()];
}

/** @throws when anything about the chunk is not as it was sealed */
export function openChunk(key: Buffer, index: number, last: boolean, sealed: Buffer): Buffer {
  if (sealed.length < tagBytes) throw new Error("sealed chunk is cut short");
  const decipher = createDecipheriv("aes-256-gcm", key, nonce(index, last), { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const plain = decipher.update(sealed.subarray(0, -tagBytes));
  decipher.final();
  return plain;
}
