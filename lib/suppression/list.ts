import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { env } from "../env";
import { chainStart, openLine, type Suppressed } from "./record";

/** The list cannot be trusted or gone on with; the message says what to do and holds no value. */
export class SuppressionError extends Error {
  override name = "SuppressionError";
}

/** Where the list lies: outside of every database, so that no restore of one brings it back to an earlier state. */
export const listDirectory = (): string => env().SUPPRESSION_DIR ?? resolve(env().STORAGE_DIR, "../suppression");
export const listFile = (): string => resolve(listDirectory(), "erased.jsonl");

/** The last whole line and where it ends. What follows it was never finished, so nothing was erased by it. */
export type Tail = { last: Suppressed | null; bytes: number };

/** @throws SuppressionError when the last line was altered */
export async function readTail(): Promise<Tail> {
  const file = await openIfThere();
  if (!file) return { last: null, bytes: 0 };
  try {
    const { size } = await file.stat();
    // A line is short, but that of a large company has the hash of each of its addresses.
    for (let window = 65_536; ; window *= 8) {
      const from = Math.max(0, size - window);
      const end = Buffer.alloc(size - from);
      await file.read(end, 0, end.length, from);
      const last = end.lastIndexOf(10);
      const begin = last > 0 ? end.lastIndexOf(10, last - 1) + 1 : 0;
      if (from > 0 && begin === 0) continue;
      if (last < 0) return { last: null, bytes: 0 };
      const record = openLine(end.toString("utf8", begin, last));
      if (!record) throw altered("the last line");
      return { last: record, bytes: from + last + 1 };
    }
  } finally {
    await file.close();
  }
}

/** Every record, in order, each checked and following the one before. @throws SuppressionError naming the first wrong line */
export async function* readList(): AsyncGenerator<Suppressed> {
  const { bytes } = await readTail();
  if (bytes === 0) return;
  const stream = createReadStream(listFile(), { end: bytes - 1 });
  let [before, n] = [chainStart, 0];
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    n++;
    const record = openLine(line);
    if (!record || record.n !== n || record.before !== before) throw altered(`line ${n}`);
    before = record.mac;
    yield record;
  }
}

/** Adds whole lines after `bytes`, and returns once they are on the disk. */
export async function appendLines(lines: readonly string[], bytes: number): Promise<void> {
  const made = await mkdir(listDirectory(), { recursive: true, mode: 0o700 });
  const file = await open(listFile(), "a+", 0o600);
  try {
    // What a dying process left half written.
    await file.truncate(bytes);
    await file.appendFile(lines.map((line) => `${line}\n`).join(""));
    await file.sync();
  } finally {
    await file.close();
  }
  if (bytes === 0)
    for (const directory of made ? [listDirectory(), resolve(made, "..")] : [listDirectory()])
      await syncDirectory(directory);
}

/** A new name lasts only once its directory does. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function openIfThere() {
  try {
    return await open(listFile(), "r");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return null;
    throw error;
  }
}

const altered = (where: string): SuppressionError =>
  new SuppressionError(
    `The list of erasures was altered: ${where} is not what was written, or its master key is not configured any more. Put the file back from its copy (docs/restoring.md).`,
  );
