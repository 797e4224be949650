import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { sha256Hex } from "../crypto/hash";
import { masterKey, newestMasterVersion, openWith, sealWith } from "../crypto/seal";

const place = (batchId: string) => ({ table: "notice_batches", column: "body", row: batchId });

/** Compressed before sealing: a hundred mails differ in a few words each. */
export function sealBody(batchId: string, body: Uint8Array): Buffer {
  const version = newestMasterVersion();
  return sealWith(masterKey(version), version, place(batchId), zstdCompressSync(body));
}

/** Bodies come out in one piece of memory as a rule: in small ones, to be joined, they kept the garbage collector busy. */
const pieceBytes = 2 ** 20;

/** The exact bytes that were frozen. @throws when they are not what was frozen */
export function openBody(batch: { id: string; body: Buffer; bodySha256: string }): Buffer {
  const body = zstdDecompressSync(openWith(masterKey, place(batch.id), batch.body), { chunkSize: pieceBytes });
  if (sha256Hex(body) !== batch.bodySha256) throw new Error("a batch's bytes are not those that were frozen");
  return body;
}
