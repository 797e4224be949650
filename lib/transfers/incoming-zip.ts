import { Readable } from "node:stream";
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from "yauzl";
import { readChunk } from "./incoming-files";
import type { IncomingRow } from "./states";

/** Entries of all parts together that are looked at: a hundred full archives. */
const mostEntries = 200_000;
/**
 * How much larger a package may be once it is unpacked: rows of text shrink to a tenth, and hardly ever to a fiftieth. What is small
 * either way may be anything.
 */
const mostRatio = { times: 200, free: 64 * 1024 * 1024 };
/** Chunks that stay open, since the directory of a ZIP is read in small steps. */
const keptChunks = 2;

/** What is wrong with a package that came in, as a word; nothing of it stands in the message. */
export class BadPackage extends Error {
  override name = "BadPackage";
}

/** One part, read out of its sealed chunks: what lies on the disk is never plain. */
class SealedPart extends RandomAccessReader {
  readonly #kept = new Map<number, Promise<Buffer>>();
  readonly #row: IncomingRow;
  readonly #key: Buffer;
  readonly #part: number;

  constructor(row: IncomingRow, key: Buffer, part: number) {
    super();
    this.#row = row;
    this.#key = key;
    this.#part = part;
  }

  #chunk(index: number): Promise<Buffer> {
    const known = this.#kept.get(index);
    if (known) return known;
    const read = readChunk(this.#key, this.#row.id, this.#part, index);
    this.#kept.set(index, read);
    for (const old of this.#kept.keys()) if (this.#kept.size > keptChunks) this.#kept.delete(old);
    return read;
  }

  async *bytes(start: number, end: number): AsyncGenerator<Buffer, void> {
    const { chunkBytes } = this.#row;
    for (let at = start; at < end; ) {
      const index = Math.floor(at / chunkBytes);
      const chunk = await this.#chunk(index);
      const piece = chunk.subarray(at - index * chunkBytes, end - index * chunkBytes);
      if (piece.length === 0) throw new BadPackage("part-length");
      at += piece.length;
      yield piece;
    }
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.bytes(start, end), { objectMode: false });
  }
}

/** The bytes of a part in their order. */
export const partBytes = (row: IncomingRow, key: Buffer, part: number): AsyncGenerator<Buffer, void> =>
  new SealedPart(row, key, part).bytes(0, row.parts[part - 1]?.bytes ?? 0);

/** What the names in a package look like, whoever wrote it: no way out of it, nothing that a system would read as more. */
const plainName = /^(?!.*\.\.)[a-z0-9_][a-z0-9_.-]*(\/[a-z0-9_-][a-z0-9_.-]*){0,3}$/i;

/** The files of a package that came in, by name; each is checked against its length and CRC while it is read. */
export class IncomingZip {
  readonly #files = new Map<string, { zip: ZipFile; entry: Entry }>();
  #unpacked = 0;
  #packed = 0;
  #continued = 0;

  /** @throws BadPackage when a part is no ZIP, holds a name that could lead elsewhere, or one twice */
  static async open(row: IncomingRow, key: Buffer, limits: { unpacked: number }): Promise<IncomingZip> {
    const opened = new IncomingZip();
    const bytes = row.parts.reduce((sum, part) => sum + part.bytes, 0);
    const unpacked = Math.min(limits.unpacked, Math.max(mostRatio.free, bytes * mostRatio.times));
    for (const at of row.parts.keys()) await opened.#add(row, key, at + 1, { bytes, unpacked });
    return opened;
  }

  async #add(row: IncomingRow, key: Buffer, part: number, limits: { bytes: number; unpacked: number }): Promise<void> {
    const zip = await new Promise<ZipFile>((done, fault) =>
      fromRandomAccessReader(
        new SealedPart(row, key, part),
        row.parts[part - 1]?.bytes ?? 0,
        { lazyEntries: true, strictFileNames: true, validateEntrySizes: true, autoClose: false },
        (error, found) => (error ? fault(new BadPackage("no-zip")) : done(found)),
      ),
    );
    for await (const entry of entriesOf(zip)) {
      const { fileName, uncompressedSize, compressedSize } = entry;
      // Entries that share their bytes hold more together than there is: one small file, unpacked a thousand times.
      this.#packed += compressedSize;
      if (this.#packed > limits.bytes) throw new BadPackage("overlapping");
      // Each part but the last says that another one follows.
      if (fileName === "CONTINUES.txt" && this.#continued++ < row.parts.length) continue;
      this.#unpacked += uncompressedSize;
      if (this.#unpacked > limits.unpacked || this.#files.size >= mostEntries)
        throw new BadPackage("too-large-unpacked");
      if (!plainName.test(fileName) || this.#files.has(fileName) || entry.isEncrypted())
        throw new BadPackage("file-name");
      this.#files.set(fileName, { zip, entry });
    }
  }

  get names(): string[] {
    return [...this.#files.keys()];
  }

  /** The content of one file, in pieces. @throws BadPackage when it is not there or not as its ZIP says */
  async *read(name: string): AsyncGenerator<Buffer, void> {
    const file = this.#files.get(name);
    if (!file) throw new BadPackage("missing-file");
    try {
      for await (const piece of await file.zip.openReadStreamPromise(file.entry)) yield piece as Buffer;
    } catch (error) {
      throw error instanceof BadPackage ? error : new BadPackage("damaged-file");
    }
  }

  /** A small file whole. @throws BadPackage when it is larger than it may be */
  async text(name: string, limit: number): Promise<string> {
    return (await this.whole([name], limit)).toString("utf8");
  }

  /** The content of a file that may be cut in several. */
  async whole(names: readonly string[], limit: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    for (const name of names)
      for await (const piece of this.read(name)) {
        size += piece.length;
        if (size > limit) throw new BadPackage("file-too-large");
        pieces.push(piece);
      }
    return Buffer.concat(pieces);
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry, void> {
  for (;;) {
    const entry = await new Promise<Entry | null>((done, fault) => {
      zip.removeAllListeners("entry").removeAllListeners("end").removeAllListeners("error");
      zip
        .once("entry", done)
        .once("end", () => done(null))
        .once("error", () => fault(new BadPackage("no-zip")));
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}
