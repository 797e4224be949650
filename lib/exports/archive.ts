import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { RowBlock } from "../data-map/copy-rows";
import { Deflater } from "./deflater";
import { FileList } from "./file-list";
import { fileKey } from "./sealed-chunks";
import { publishFile, SealedFileWriter } from "./sealed-file";
import { mostEntries, ZipWriter } from "./zip";

/** A file of the package: more than one path when it was cut at a part's end; the hash is of all together. */
export type ArchiveFile = { paths: string[]; bytes: number; sha256: string; rows: number };
export type ArchivePart = { position: number; bytes: number; sha256: string };

/** An empty last block, fixed Huffman (RFC 1951, 3.2.6): ends what the pieces, each flushed, began. */
const endOfDeflate = Buffer.from([0x03, 0x00]);
/** Pieces deflated at once on zlib's threads. */
const parallel = Math.min(4, Math.max(2, availableParallelism()));
/** Room for documents and directory that a part keeps. */
const reserve = 4096;
/** Entries that a part keeps free: for documents, and the one that says that another part follows. */
const reservedEntries = 16;
/** One ZIP entry stays under 4 GiB of content, since there is no ZIP64. */
const entryBytes = 4_000_000_000;

/** Where the sealed parts of a package lie; `fence` keeps attempts apart (R3). */
export const partPath = (directory: string, fence: number, position: number): string =>
  join(directory, `${fence}.${position}.sealed`);

const continues = (position: number) =>
  Buffer.from(
    `This is part ${position} of a package that has more. Unpack all parts into one folder.\n` +
      "The last part holds index.html, which explains every file, and datapackage.json, which lists and\n" +
      "checks them. A file named like data/name.2.json continues data/name.json.\n",
  );

type Part = { position: number; writer: SealedFileWriter; zip: ZipWriter };

export type ArchiveOptions = {
  directory: string;
  packageId: string;
  key: Buffer;
  /** Number of the attempt. */
  fence: number;
  /** Modification time of every entry. */
  at: Temporal.Instant;
  partBytes: number;
  /** Entries of a part, for tests; otherwise as many as a ZIP holds. */
  partEntries?: number;
};

/** Writes a package's files into one or more sealed ZIP parts of at most `partBytes` each (P2). */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #parts: ArchivePart[] = [];
  readonly #deflaters: Deflater[] = [];
  #part: Part | undefined;

  constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  /** A list for the files' descriptions, beside the parts. */
  fileList(): FileList {
    const { directory, packageId, key, fence } = this.#options;
    return new FileList(partPath(directory, fence, 0), key, packageId);
  }

  /** Parts so far, the open one included. */
  get partCount(): number {
    return this.#parts.length + (this.#part ? 1 : 0);
  }

  async #open(): Promise<Part> {
    if (this.#part) return this.#part;
    const { directory, packageId, key, fence, at } = this.#options;
    const position = this.#parts.length + 1;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = partPath(directory, fence, position);
    const writer = await SealedFileWriter.create(path, fileKey(key, packageId, position));
    this.#part = { position, writer, zip: new ZipWriter(writer, at) };
    return this.#part;
  }

  async #close(): Promise<void> {
    const part = this.#part;
    if (!part) return;
    await part.zip.finish();
    this.#parts.push({ position: part.position, ...(await part.writer.close()) });
    this.#part = undefined;
  }

  async #next(): Promise<Part> {
    if (this.#part) {
      await this.#part.zip.add("CONTINUES.txt", continues(this.#part.position));
      await this.#close();
    }
    return this.#open();
  }

  #room({ zip }: Part): number {
    return (this.#options.partEntries ?? mostEntries) - zip.count;
  }

  /** Adds a whole small file. */
  async add(path: string, data: Buffer): Promise<ArchiveFile> {
    let part = await this.#open();
    const most = data.length + (data.length >> 10) + 512 + reserve;
    if (this.#room(part) < 2 || (part.zip.size + most > this.#options.partBytes && part.zip.size > reserve))
      part = await this.#next();
    await part.zip.add(path, data);
    return { paths: [path], bytes: data.length, sha256: createHash("sha256").update(data).digest("hex"), rows: 0 };
  }

  /**
   * Adds a file from blocks of whole rows. Blocks are deflated apart, several at once, and joined into
   * one valid deflate stream, as pigz does; a file that does not fit goes on in the next part.
   * @param onBlock is told of each block once it was handed on; may throw to stop
   * @param whole for a file that must not be cut: about as many bytes as it has
   */
  async addRows(
    path: string,
    blocks: AsyncIterable<RowBlock>,
    onBlock: (rows: number, bytes: number) => void = () => {},
    whole?: number,
  ): Promise<ArchiveFile> {
    const hash = createHash("sha256");
    const file: ArchiveFile = { paths: [path], bytes: 0, sha256: "", rows: 0 };
    let part = await this.#open();
    const little = part.zip.size + 2 * reserve + (whole ?? 0) > this.#options.partBytes;
    if ((little && (whole === undefined || part.zip.size > reserve)) || this.#room(part) < reservedEntries)
      part = await this.#next();
    let waiting: { packed: Promise<Buffer[]>; bytes: number }[] = [];
    let turn = 0;
    let crc = 0;
    let size = 0;
    const drain = async (leave: number) => {
      while (waiting.length > leave) {
        const [first] = waiting;
        if (!first) break;
        for (const piece of await first.packed) await part.zip.write(piece);
        waiting.shift();
      }
    };
    const end = async () => {
      await drain(0);
      await part.zip.write(endOfDeflate);
      await part.zip.end(crc, size);
    };
    const full = (next: number) => {
      if (whole !== undefined) return false;
      // Deflate never grows data by more than 5 bytes in 16 KiB and the flush.
      const most = waiting.reduce((sum, { bytes }) => sum + bytes, next) * 1.001 + 1024 + reserve;
      return part.zip.size + most > this.#options.partBytes || size + next > entryBytes;
    };
    await part.zip.begin(path);
    try {
      for await (const { bytes, rows, release } of blocks) {
        if (full(bytes.length) && size > 0) {
          await drain(0);
          if (full(bytes.length)) {
            await end();
            part = await this.#next();
            const continued = path.replace(/(\.[a-z0-9]+)$/, `.${file.paths.length + 1}$1`);
            file.paths.push(continued);
            await part.zip.begin(continued);
            crc = 0;
            size = 0;
          }
        }
        hash.update(bytes);
        crc = crc32(bytes, crc);
        size += bytes.length;
        file.bytes += bytes.length;
        file.rows += rows;
        // In turns: of so many blocks on their way, the one that had this deflater last is done.
        const packed = this.#deflater(turn++).deflate(bytes).finally(release);
        // Awaited in order below; until then a failure must not count as unhandled.
        packed.catch(() => {});
        waiting.push({ packed, bytes: bytes.length });
        await drain(parallel - 1);
        onBlock(rows, bytes.length);
      }
      await end();
    } finally {
      // A block may not be reused while zlib still reads it.
      await Promise.allSettled(waiting.map(({ packed }) => packed));
      waiting = [];
    }
    file.sha256 = hash.digest("hex");
    return file;
  }

  #deflater(turn: number): Deflater {
    const at = turn % parallel;
    this.#deflaters[at] ??= new Deflater();
    return this.#deflaters[at];
  }

  /** Ends the last part. Everything is durable, still under temporary names. */
  async finish(): Promise<ArchivePart[]> {
    await this.#close();
    for (const deflater of this.#deflaters) deflater.close();
    return this.#parts;
  }

  /** Gives every part its own name. */
  async publish(): Promise<void> {
    const { directory, fence } = this.#options;
    for (const { position } of this.#parts) await publishFile(partPath(directory, fence, position));
  }

  /** Gives up the part being written; the caller removes the folder's other files of this attempt. */
  async abandon(): Promise<void> {
    for (const deflater of this.#deflaters) deflater.close();
    await this.#part?.writer.abandon();
  }
}
