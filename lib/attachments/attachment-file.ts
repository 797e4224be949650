import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { env } from "../env";
import { fileKey } from "../exports/sealed-chunks";
import { openSealedFile, publishFile, readSealedRange, SealedFileWriter } from "../exports/sealed-file";

/** Where the sealed files of attachments lie, each under its row's id. */
export const attachmentDirectory = (): string => join(env().STORAGE_DIR, "attachments");

/**
 * Writes one sealed file, durably, under an id of ours: what the sender calls it is no part of any path (S23).
 * @returns the key, which nobody else has; until a row holds it the file is nobody's
 */
export async function writeAttachmentFile(id: string, data: Buffer): Promise<{ key: Buffer; sha256: string }> {
  const directory = attachmentDirectory();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, id);
  const key = randomBytes(32);
  const writer = await SealedFileWriter.create(path, fileKey(key, id, 1));
  try {
    await writer.write(data);
    const { sha256 } = await writer.close();
    await publishFile(path);
    return { key, sha256 };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** Removes the files of what is given up before any row knew it. */
export async function discardFiles(ids: readonly string[]): Promise<void> {
  for (const id of ids) await rm(join(attachmentDirectory(), id), { force: true });
}

/**
 * The bytes of an attachment, chunk by chunk.
 * @throws SealedFileError when the file is missing or not as it was written
 */
export async function readAttachmentFile(id: string, key: Buffer, size: number): Promise<AsyncGenerator<Buffer, void>> {
  const handle = await openSealedFile(join(attachmentDirectory(), id), size);
  return readSealedRange(handle, fileKey(key, id, 1), size, 0, size - 1);
}
