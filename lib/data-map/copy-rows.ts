import type { Client, Connection, Submittable } from "pg";

/** Consecutive whole rows of a COPY. Call `release` once the bytes were used; until then they stay. */
export type RowBlock = { bytes: Buffer; rows: number; release: () => void };

type CopyMessage = { chunk: Buffer };
type CompleteMessage = { text: string };

export type CopyForm = "json-lines" | "csv" | "binary";

const newline = 0x0a;
/** "PGCOPY\n\xff\r\n\0", flags, length of the extension: https://www.postgresql.org/docs/18/sql-copy.html */
const binaryHead = 19;

/**
 * COPY .. TO STDOUT through node-postgres' own row of messages, one CopyData per row (Postgres sends
 * them so). Rows are copied into a few large reused blocks, and the socket is paused while all of
 * them are in use: memory stays flat and a slow reader slows the database.
 *
 * Why not pg-copy-streams: it hands over arbitrary pieces of the byte stream, so rows can be neither
 * counted nor cut at, and costs 1.6 times the CPU (docs/decisions/packages.md).
 */
class CopyOut implements Submittable {
  readonly #text: string;
  readonly #form: CopyForm;
  readonly #size: number;
  /** Blocks handed over and not released that make the socket pause. */
  readonly #most: number;
  readonly #free: Buffer[] = [];
  readonly #ready: RowBlock[] = [];
  #connection: Connection | undefined;
  #block: Buffer | undefined;
  #used = 0;
  #rows = 0;
  #handed = 0;
  /** CSV's header line is no row; binary's head is no data. */
  #first = true;
  #ended = false;
  #error: unknown;
  #wake: (() => void) | undefined;
  /** Rows as the database counts them, once complete. */
  total = -1;

  constructor(text: string, form: CopyForm, size: number, blocks: number) {
    this.#text = text;
    this.#form = form;
    this.#size = size;
    this.#most = blocks;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#text);
  }

  handleCopyData({ chunk }: CopyMessage): void {
    let from = 0;
    const lines = this.#form === "json-lines";
    if (this.#form !== "csv") {
      if (this.#first) from = binaryHead + chunk.readInt32BE(binaryHead - 4);
      // The trailer's field count is -1.
      if (chunk.readInt16BE(from) === -1) return;
      // One column that is never null: int16 count, int32 length, the text.
      if (lines) from += 6;
    }
    const length = chunk.length - from + (lines ? 1 : 0);
    if (this.#block && this.#used + length > this.#block.length) this.#hand();
    if (!this.#block) this.#block = this.#take(length);
    chunk.copy(this.#block, this.#used, from);
    this.#used += length;
    if (lines) this.#block[this.#used - 1] = newline;
    if (this.#form !== "csv" || !this.#first) this.#rows++;
    this.#first = false;
  }

  #take(length: number): Buffer {
    // A row larger than a block gets memory of its own, given up afterwards.
    return length > this.#size
      ? Buffer.allocUnsafeSlow(length)
      : (this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#size));
  }

  #hand(): void {
    const block = this.#block;
    if (!block) return;
    const { length } = block;
    this.#ready.push({
      bytes: block.subarray(0, this.#used),
      rows: this.#rows,
      release: () => {
        if (length === this.#size) this.#free.push(block);
        this.#handed--;
        if (!this.#ended && this.#handed < this.#most) this.#connection?.stream.resume();
      },
    });
    this.#handed++;
    this.#block = undefined;
    this.#used = 0;
    this.#rows = 0;
    if (this.#handed >= this.#most) this.#connection?.stream.pause();
    this.#wake?.();
  }

  handleCommandComplete({ text }: CompleteMessage): void {
    this.total = Number(/^COPY (\d+)/.exec(text)?.[1] ?? -1);
  }

  handleError(error: unknown): void {
    this.#error = error;
    this.#ended = true;
    // The end of the answer follows, maybe behind blocks that nobody takes any more.
    this.#connection?.stream.resume();
    this.#wake?.();
  }

  handleReadyForQuery(): void {
    this.#hand();
    this.#ended = true;
    this.#connection?.stream.resume();
    this.#wake?.();
  }

  async *blocks(): AsyncGenerator<RowBlock, void> {
    try {
      for (;;) {
        const block = this.#ready.shift();
        if (block) yield block;
        else if (this.#error) throw this.#error;
        else if (this.#ended) return;
        else await new Promise<void>((done) => (this.#wake = done));
      }
    } finally {
      // Left early: what the database still sends has no reader, so the connection is of no use.
      if (!this.#ended) this.#connection?.stream.destroy();
    }
  }
}

export type CopyOptions = { blockBytes?: number; blocks?: number };

/**
 * Streams what `COPY .. TO STDOUT` returns, in blocks of whole rows.
 * @param form `json-lines`: `select` has one json or text column that is never null, one line a row;
 *   `csv`: a header line, then RFC 4180 rows as Postgres writes them; `binary`: rows as COPY's binary format has
 *   them, without its head and end
 * @throws the database's error; then, or when the caller stops early, the connection is unusable
 */
export async function* copyRows(
  client: Client,
  select: string,
  form: CopyForm,
  { blockBytes = 256 * 1024, blocks = 16 }: CopyOptions = {},
): AsyncGenerator<RowBlock, void> {
  const format = form === "csv" ? "FORMAT csv, HEADER true, ENCODING 'UTF8'" : "FORMAT binary, ENCODING 'UTF8'";
  const copy = new CopyOut(`COPY (${select}) TO STDOUT WITH (${format})`, form, blockBytes, blocks);
  client.query(copy);
  let rows = 0;
  for await (const block of copy.blocks()) {
    rows += block.rows;
    yield block;
  }
  if (rows !== copy.total) throw new Error(`COPY sent ${rows} rows and counted ${copy.total}`);
}
