import { createHash } from "node:crypto";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { faultPoint } from "../faults";
import { chunkBytes, chunkCount, openChunk, sealChunk, sealedChunkBytes, sealedSize } from "./sealed-chunks";

/** Sealed chunks gathered before one write to the disk. */
const writeBytes = 8 * sealedChunkBytes;

/**
 * Writes a sealed file under a temporary name; `finish` makes it durable and gives it its own (R8).
 * `bytes` and `sha256` are those of the plain content.
 */
export class SealedFileWriter {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #key: Buffer;
  readonly #hash = createHash("sha256");
  readonly #plain = Buffer.allocUnsafeSlow(chunkBytes);
  #used = 0;
  #index = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  bytes = 0;

  private constructor(path: string, handle: FileHandle, key: Buffer) {
    this.#path = path;
    this.#handle = handle;
    this.#key = key;
  }

  static async create(path: string, key: Buffer): Promise<SealedFileWriter> {
    return new SealedFileWriter(path, await open(temporaryName(path), "w", 0o600), key);
  }

  async write(data: Buffer): Promise<void> {
    this.#hash.update(data);
    this.bytes += data.length;
    for (let from = 0; from < data.length; ) {
      // A full chunk waits until more follows: the last one is sealed as the last.
      if (this.#used === chunkBytes) await this.#seal(false);
      const count = Math.min(chunkBytes - this.#used, data.length - from);
      data.copy(this.#plain, this.#used, from, from + count);
      this.#used += count;
      from += count;
    }
  }

  async #seal(last: boolean): Promise<void> {
    for (const piece of sealChunk(this.#key, this.#index, last, this.#plain.subarray(0, this.#used))) {
      this.#waiting.push(piece);
      this.#waitingBytes += piece.length;
    }
    this.#index++;
    this.#used = 0;
    if (last || this.#waitingBytes >= writeBytes) await this.#flush();
  }

  async #flush(): Promise<void> {
    await faultPoint("package.disk-write");
    let pieces = this.#waiting;
    let left = this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    while (left > 0) {
      const { bytesWritten } = await this.#handle.writev(pieces);
      left -= bytesWritten;
      if (left > 0) pieces = [Buffer.concat(pieces).subarray(bytesWritten)];
    }
  }

  /** Seals the end and makes it durable, still under the temporary name. */
  async close(): Promise<{ bytes: number; sha256: string }> {
    await this.#seal(true);
    await faultPoint("package.fsync");
    await this.#handle.sync();
    await this.#handle.close();
    return { bytes: this.bytes, sha256: this.#hash.digest("hex") };
  }

  /** Gives up: closes and removes what was written. Safe at any time. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await unlink(temporaryName(this.#path)).catch(() => {});
  }
}

export const temporaryName = (path: string): string => `${path}.writing`;

/** From the temporary name to the own one, durably (R8). */
export async function publishFile(path: string): Promise<void> {
  await faultPoint("package.rename");
  await rename(temporaryName(path), path);
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Why a sealed file cannot be read; its message names no path. */
export class SealedFileError extends Error {
  override name = "SealedFileError";
}

/**
 * Opens a sealed file of `size` plain bytes.
 * @throws SealedFileError when it is missing or not as long as it has to be: a truncated one is never offered
 */
export async function openSealedFile(path: string, size: number): Promise<FileHandle> {
  const handle = await open(path, "r").catch(() => {
    throw new SealedFileError("the file is missing");
  });
  const { size: found } = await handle.stat();
  if (found === sealedSize(size)) return handle;
  await handle.close();
  throw new SealedFileError("the file is not as long as it has to be");
}

/**
 * The plain bytes from `start` to `end` (inclusive), opening only the chunks they lie in; closes the
 * handle at the end.
 * @throws SealedFileError at the first chunk that is not as it was sealed; none of it is handed out
 */
export async function* readSealedRange(
  handle: FileHandle,
  key: Buffer,
  size: number,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void> {
  try {
    const last = chunkCount(size) - 1;
    const until = Math.floor(end / chunkBytes);
    const buffer = Buffer.allocUnsafe(sealedChunkBytes);
    for (let index = Math.floor(start / chunkBytes); index <= until; index++) {
      const { bytesRead } = await handle.read(buffer, 0, sealedChunkBytes, index * sealedChunkBytes);
      let plain: Buffer;
      try {
        plain = openChunk(key, index, index === last, buffer.subarray(0, bytesRead));
      } catch {
        throw new SealedFileError(`chunk ${index} does not open`);
      }
      const from = Math.max(start - index * chunkBytes, 0);
      const to = Math.min(end - index * chunkBytes + 1, plain.length);
      if (to > from) yield plain.subarray(from, to);
    }
  } finally {
    await handle.close();
  }
}
