import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { type Entry, fromBuffer, type Options, type ZipFile } from "yauzl";

const open = promisify(
  fromBuffer as (data: Buffer, options: Options, done: (error: Error | null, zip: ZipFile) => void) => void,
);

/** Every file of a ZIP by its name, read strictly: sizes, checksums and names have to be right. */
export async function readZip(data: Buffer): Promise<Map<string, Buffer>> {
  const zip = await open(data, { lazyEntries: true, strictFileNames: true, validateEntrySizes: true });
  const files = new Map<string, Buffer>();
  const next = () =>
    new Promise<Entry | null>((done, fault) => {
      zip.removeAllListeners("entry").removeAllListeners("end").removeAllListeners("error");
      zip
        .once("entry", done)
        .once("end", () => done(null))
        .once("error", fault);
      zip.readEntry();
    });
  for (let entry = await next(); entry; entry = await next()) {
    const stream = await promisify(
      zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: Readable) => void) => void,
    )(entry);
    const content = await buffer(stream);
    if (crc32(content) !== entry.crc32) throw new Error(`${entry.fileName} has another checksum`);
    if (files.has(entry.fileName)) throw new Error(`${entry.fileName} is there twice`);
    files.set(entry.fileName, content);
  }
  return files;
}
