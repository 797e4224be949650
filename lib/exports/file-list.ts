import { unlink } from "node:fs/promises";
import type { ArchiveFile } from "./archive";
import { fileKey } from "./sealed-chunks";
import { openSealedFile, readSealedRange, SealedFileWriter, temporaryName } from "./sealed-file";

/**
 * The descriptions of a package's files, for `datapackage.json`, which comes last: kept sealed on the disk meanwhile,
 * since a company may hold more of them than there is memory for.
 */
export class FileList {
  readonly #path: string;
  readonly #key: Buffer;
  #writer: SealedFileWriter | undefined;
  /** Bytes of the descriptions so far. */
  bytes = 0;

  /** @param path beside the parts and named after the attempt, so that a later one removes it */
  constructor(path: string, packageKey: Buffer, packageId: string) {
    this.#path = path;
    // Parts count from one.
    this.#key = fileKey(packageKey, packageId, 0);
  }

  async add(file: ArchiveFile, rest: { title?: string; mediatype: string }): Promise<void> {
    this.#writer ??= await SealedFileWriter.create(this.#path, this.#key);
    const [path] = file.paths;
    const described = {
      name: path,
      path: file.paths.length > 1 ? file.paths : path,
      bytes: file.bytes,
      hash: `sha256:${file.sha256}`,
      ...rest,
    };
    const text = Buffer.from(`,\n    ${JSON.stringify(described)}`, "utf8");
    this.bytes += text.length;
    await this.#writer.write(text);
  }

  /** Each description with a comma before it, as it goes on a JSON array that has an element already. */
  async *read(): AsyncGenerator<Buffer, void> {
    if (!this.#writer) return;
    const { bytes } = await this.#writer.close();
    const handle = await openSealedFile(temporaryName(this.#path), bytes);
    yield* readSealedRange(handle, this.#key, bytes, 0, bytes - 1);
    await this.abandon();
  }

  /** Removes it; safe at any time. */
  async abandon(): Promise<void> {
    await this.#writer?.abandon();
    this.#writer = undefined;
    await unlink(temporaryName(this.#path)).catch(() => {});
  }
}
