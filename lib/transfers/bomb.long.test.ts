import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { resetEnv } from "../env";
import { newWrappedKey, unwrapKey, writeChunk } from "./incoming-files";
import { IncomingZip } from "./incoming-zip";
import type { IncomingRow } from "./states";

testDatabase();
let storage = "";
beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), "tc-bomb-"));
  process.env.STORAGE_DIR = storage;
  resetEnv();
});
afterAll(() => rm(storage, { recursive: true, force: true }));

type Entry = { name: string; at: number; packed: number; size: number; crc: number };
const numbers = (...pairs: [value: number, bytes: 2 | 4][]) =>
  Buffer.concat(
    pairs.map(([value, bytes]) => {
      const held = Buffer.alloc(bytes);
      if (bytes === 2) held.writeUInt16LE(value);
      else held.writeUInt32LE(value);
      return held;
    }),
  );

/** A ZIP as no writer would make it: one file's bytes, and a directory that says of them what it likes. */
function zipOf(content: Buffer, entries: (packed: number) => Entry[]): Buffer {
  const packed = deflateRawSync(content);
  const sizes: [number, 2 | 4][] = [
    [crc32(content), 4],
    [packed.length, 4],
    [content.length, 4],
  ];
  const local = Buffer.concat([
    numbers([0x04034b50, 4], [20, 2], [0, 2], [8, 2], [0, 4], ...sizes, [1, 2], [0, 2]),
    Buffer.from("a"),
    packed,
  ]);
  const directory = Buffer.concat(
    entries(packed.length).map(({ name, at, packed: held, size, crc }) =>
      Buffer.concat([
        numbers([0x02014b50, 4], [20, 2], [20, 2], [0, 2], [8, 2], [0, 4], [crc, 4], [held, 4], [size, 4]),
        numbers([name.length, 2], [0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]),
        Buffer.from(name),
      ]),
    ),
  );
  const count = entries(packed.length).length;
  const end = numbers(
    [0x06054b50, 4],
    [0, 4],
    [count, 2],
    [count, 2],
    [directory.length, 4],
    [local.length, 4],
    [0, 2],
  );
  return Buffer.concat([local, directory, end]);
}

async function open(bytes: Buffer): Promise<IncomingZip> {
  const id = randomUUID();
  const wrapped = newWrappedKey(id);
  const key = unwrapKey(id, wrapped);
  const chunkBytes = 1024 * 1024;
  for (let from = 0; from < bytes.length; from += chunkBytes)
    await writeChunk(key, { id, part: 1, chunk: from / chunkBytes }, bytes.subarray(from, from + chunkBytes));
  const row = { id, chunkBytes, parts: [{ bytes: bytes.length, sha256: "" }], sha256: "" } as IncomingRow;
  return IncomingZip.open(row, key, { unpacked: 100_000_000_000 });
}

const content = Buffer.alloc(1_000_000);
const entry =
  (more: Partial<Entry> = {}) =>
  (packed: number) => [{ name: "a", at: 0, packed, size: content.length, crc: crc32(content), ...more }];

it("S5: a ZIP of ours as it should be is read, so that the others fail for what they are", async () => {
  expect(await (await open(zipOf(content, entry()))).whole(["a"], 2_000_000)).toEqual(content);
});

it("S5: one file that a directory names a thousand times is refused before anything is unpacked", async () => {
  const bomb = zipOf(content, (packed) =>
    Array.from({ length: 1000 }, (_, nth) => ({ name: `a${nth}`, at: 0, packed, size: 1000, crc: crc32(content) })),
  );
  await expect(open(bomb)).rejects.toThrow("overlapping");
});

it("S5: what unpacks to two hundred times of what was sent is refused before anything is unpacked", async () => {
  const zeros = Buffer.alloc(100_000_000);
  const bomb = zipOf(zeros, (packed) => [{ name: "a", at: 0, packed, size: zeros.length, crc: crc32(zeros) }]);
  expect(bomb.length).toBeLessThan(200_000);
  await expect(open(bomb)).rejects.toThrow("too-large-unpacked");
});

it("S5: a file that unpacks to more than its directory says breaks off there", async () => {
  const zip = await open(zipOf(content, entry({ size: 1000 })));
  await expect(zip.whole(["a"], 10_000_000)).rejects.toThrow("damaged-file");
});
