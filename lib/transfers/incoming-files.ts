import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { masterKey, newestMasterVersion, openWith, type SealedPlace, sealWith } from "../crypto/seal";
import { env } from "../env";
import { faultPoint } from "../faults";

const keyPlace = (id: string): SealedPlace => ({ table: "incoming_transfers", column: "wrapped_key", row: id });
const chunkPlace = (id: string, part: number, chunk: number): SealedPlace => ({
  table: "incoming_chunks",
  column: `${part}.${chunk}`,
  row: id,
});

/** Where the sealed chunks of one package on its way in lie; the name tells it from the packages we write. */
const directoryOf = (id: string): string => join(env().STORAGE_DIR, `incoming-${id}`);
const pathOf = (id: string, part: number, chunk: number): string => join(directoryOf(id), `${part}.${chunk}.sealed`);

/** A fresh key for the chunks of one package, wrapped. */
export function newWrappedKey(id: string): Buffer {
  const version = newestMasterVersion();
  return sealWith(masterKey(version), version, keyPlace(id), randomBytes(32));
}

export const unwrapKey = (id: string, wrapped: Buffer): Buffer => openWith(masterKey, keyPlace(id), wrapped);

/** Writes one chunk sealed, under a temporary name, durable, then under its own (R8). Again, it is the same. */
export async function writeChunk(
  key: Buffer,
  { id, part, chunk }: { id: string; part: number; chunk: number },
  plain: Uint8Array,
): Promise<void> {
  await mkdir(directoryOf(id), { recursive: true, mode: 0o700 });
  const path = pathOf(id, part, chunk);
  const temporary = `${path}.${randomBytes(6).toString("hex")}.writing`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(sealWith(key, 0, chunkPlace(id, part, chunk), plain));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await faultPoint("incoming.chunk");
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** One chunk as it came. @throws when it is missing or not as it was sealed */
export async function readChunk(key: Buffer, id: string, part: number, chunk: number): Promise<Buffer> {
  return openWith(() => key, chunkPlace(id, part, chunk), await readFile(pathOf(id, part, chunk)));
}

/** True when there is no room here for another chunk. */
export const isDiskFull = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT"].includes((error as { code?: string } | undefined)?.code ?? "");

/** Removes every chunk; safe to run twice. */
export const removeChunks = (id: string): Promise<void> => rm(directoryOf(id), { recursive: true, force: true });
