import { crc32, deflateRawSync } from "node:zlib";

/** Where the bytes of an archive go, in order. */
export type Sink = { write(data: Buffer): Promise<void> };

type Entry = { name: Buffer; crc: number; packed: number; size: number; offset: number; streamed: boolean };

const limit = 0xffff_fffe;
/** Entries that one archive holds: 0xffff says that there is a ZIP64 directory. */
export const mostEntries = 0xfffe;
/** General purpose bit 3: sizes follow the data; bit 11: the name is UTF-8. */
const streamedFlag = 0x0008;
const utf8Flag = 0x0800;
const deflated = 8;

/**
 * Writes a ZIP (PKWARE APPNOTE 6.3.10) to a sink that cannot be sought, from data that is deflated
 * already. Without ZIP64, which some readers lack: the caller starts another part before an entry or
 * the archive reaches 4 GiB, and this throws if it does not. No archiver of the registry takes
 * deflated data of unknown size (docs/decisions/packages.md).
 */
export class ZipWriter {
  readonly #sink: Sink;
  readonly #time: number;
  readonly #date: number;
  readonly #entries: Entry[] = [];
  #open: Entry | undefined;
  #offset = 0;
  /** Bytes of the directory so far, its end included. */
  #directory = 22;

  /** @param at the modification time of every entry, to two seconds, in UTC */
  constructor(sink: Sink, at: Temporal.Instant) {
    this.#sink = sink;
    const time = at.toZonedDateTimeISO("UTC");
    this.#time = (time.hour << 11) | (time.minute << 5) | (time.second >> 1);
    this.#date = ((Math.max(time.year, 1980) - 1980) << 9) | (time.month << 5) | time.day;
  }

  /** Bytes so far, and what closing would still add. */
  get size(): number {
    return this.#offset + this.#directory + (this.#open ? 16 + 46 + this.#open.name.length : 0);
  }

  /** Entries so far, the open one not counted. */
  get count(): number {
    return this.#entries.length;
  }

  async #write(data: Buffer): Promise<void> {
    this.#offset += data.length;
    await this.#sink.write(data);
  }

  /** Adds a whole small file. */
  async add(name: string, data: Buffer): Promise<void> {
    const packed = deflateRawSync(data, { level: 6 });
    const entry = this.#entry(name, false);
    Object.assign(entry, { crc: crc32(data), packed: packed.length, size: data.length });
    await this.#write(this.#localHeader(entry));
    await this.#write(packed);
    this.#note(entry);
  }

  /** Begins a file of unknown size; its deflated bytes follow through {@link write}. */
  async begin(name: string): Promise<void> {
    const entry = this.#entry(name, true);
    this.#open = entry;
    await this.#write(this.#localHeader(entry));
  }

  /** A piece of the open file's raw deflate stream (RFC 1951). */
  async write(packed: Buffer): Promise<void> {
    if (!this.#open) throw new Error("no entry is open");
    this.#open.packed += packed.length;
    await this.#write(packed);
  }

  /** Ends the open file. @param crc CRC-32 and @param size length of the plain data */
  async end(crc: number, size: number): Promise<void> {
    const entry = this.#open;
    if (!entry) throw new Error("no entry is open");
    Object.assign(entry, { crc, size });
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    this.#sizes(descriptor, 4, entry);
    await this.#write(descriptor);
    this.#note(entry);
    this.#open = undefined;
  }

  #note(entry: Entry): void {
    this.#entries.push(entry);
    this.#directory += 46 + entry.name.length;
  }

  #entry(name: string, streamed: boolean): Entry {
    if (this.#open) throw new Error("an entry is still open");
    if (this.#entries.length >= mostEntries) throw new Error("too many entries for one ZIP");
    return { name: Buffer.from(name, "utf8"), crc: 0, packed: 0, size: 0, offset: this.#offset, streamed };
  }

  #sizes(target: Buffer, at: number, { crc, packed, size }: Entry): void {
    if (packed > limit || size > limit) throw new Error("an entry is too large for one ZIP");
    target.writeUInt32LE(crc, at);
    target.writeUInt32LE(packed, at + 4);
    target.writeUInt32LE(size, at + 8);
  }

  /** What local header and directory have in common, from "version needed" on. */
  #common(target: Buffer, at: number, entry: Entry): void {
    target.writeUInt16LE(20, at);
    target.writeUInt16LE(utf8Flag | (entry.streamed ? streamedFlag : 0), at + 2);
    target.writeUInt16LE(deflated, at + 4);
    target.writeUInt16LE(this.#time, at + 6);
    target.writeUInt16LE(this.#date, at + 8);
  }

  #localHeader(entry: Entry): Buffer {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    this.#common(header, 4, entry);
    // A streamed entry's are still zero here, as bit 3 asks for.
    this.#sizes(header, 14, entry);
    header.writeUInt16LE(entry.name.length, 26);
    return Buffer.concat([header, entry.name]);
  }

  /** Writes the directory. */
  async finish(): Promise<void> {
    if (this.#open) throw new Error("an entry is still open");
    const start = this.#offset;
    for (const entry of this.#entries) {
      const record = Buffer.alloc(46);
      record.writeUInt32LE(0x02014b50, 0);
      // Made on Unix, so that the mode below counts: a plain file, rw-r--r--.
      record.writeUInt16LE((3 << 8) | 20, 4);
      this.#common(record, 6, entry);
      this.#sizes(record, 16, entry);
      record.writeUInt16LE(entry.name.length, 28);
      record.writeUInt32LE((0o100644 << 16) >>> 0, 38);
      record.writeUInt32LE(entry.offset, 42);
      await this.#write(Buffer.concat([record, entry.name]));
    }
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(this.#offset - start, 12);
    end.writeUInt32LE(start, 16);
    await this.#write(end);
  }
}
