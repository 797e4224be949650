import { randomBytes } from "node:crypto";
import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../crypto/hash";
import { chunkBytes, fileKey, sealedChunkBytes, sealedSize } from "./sealed-chunks";
import { openSealedFile, publishFile, readSealedRange, SealedFileWriter, temporaryName } from "./sealed-file";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tc-sealed-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const key = fileKey(randomBytes(32), "package", 1);
let count = 0;

async function sealed(plain: Buffer, pieces: number[] = []): Promise<string> {
  const path = join(directory, `${++count}`);
  const writer = await SealedFileWriter.create(path, key);
  let from = 0;
  for (const length of [...pieces, plain.length]) {
    const piece = plain.subarray(from, from + length);
    if (piece.length > 0) await writer.write(piece);
    from += piece.length;
  }
  expect(await writer.close()).toEqual({ bytes: plain.length, sha256: sha256Hex(plain) });
  await publishFile(path);
  return path;
}

async function readAll(path: string, size: number, start = 0, end = size - 1, with_ = key): Promise<Buffer> {
  const handle = await openSealedFile(path, size);
  const pieces: Buffer[] = [];
  for await (const piece of readSealedRange(handle, with_, size, start, end)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe("sealed files (S32)", () => {
  it("give back every range of what was written, however it was cut into writes", async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 3 * chunkBytes }),
      fc.constantFrom(1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes),
    );
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 6 }),
        fc.nat(),
        fc.nat(),
        async (size, pieces, a, b) => {
          const plain = randomBytes(size);
          const path = await sealed(plain, pieces);
          expect((await stat(path)).size).toBe(sealedSize(size));
          const [start, end] = [a % size, b % size].sort((x, y) => x - y) as [number, number];
          expect((await readAll(path, size, start, end)).equals(plain.subarray(start, end + 1))).toBe(true);
          expect((await readFile(path)).includes(plain.subarray(0, 16)) && size >= 16).toBe(false);
          await rm(path);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("refuse any flipped bit and hand out nothing of that chunk", async () => {
    const plain = randomBytes(2 * chunkBytes + 999);
    const path = await sealed(plain);
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const bad = Buffer.from(whole);
        bad[at] = (bad[at] ?? 0) ^ (1 << bit);
        await writeFile(path, bad);
        const chunk = Math.floor(at / sealedChunkBytes);
        const handle = await openSealedFile(path, plain.length);
        const got: Buffer[] = [];
        const read = async () => {
          for await (const piece of readSealedRange(handle, key, plain.length, 0, plain.length - 1))
            got.push(Buffer.from(piece));
        };
        await expect(read()).rejects.toThrow(`chunk ${chunk} does not open`);
        expect(Buffer.concat(got).equals(plain.subarray(0, chunk * chunkBytes))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it("R8: refuse a file cut short, at a chunk's edge too, and one made longer", async () => {
    const plain = randomBytes(3 * chunkBytes);
    const path = await sealed(plain);
    for (const length of [0, 1, sealedChunkBytes, 2 * sealedChunkBytes, sealedSize(plain.length) - 1]) {
      await truncate(path, length);
      await expect(openSealedFile(path, plain.length)).rejects.toThrow("not as long");
      // Even told that it is the smaller size, the end has no last chunk.
      if (length > 0 && length % sealedChunkBytes === 0) {
        const size = (length / sealedChunkBytes) * chunkBytes;
        await expect(readAll(path, size)).rejects.toThrow("does not open");
      }
    }
    await expect(openSealedFile(join(directory, "nothing"), 1)).rejects.toThrow("missing");
  });

  it("refuse chunks that were swapped, repeated, or come from another file", async () => {
    const plain = randomBytes(3 * chunkBytes);
    const [path, other] = [await sealed(plain), await sealed(plain)];
    const whole = await readFile(path);
    const chunk = (n: number) => whole.subarray(n * sealedChunkBytes, (n + 1) * sealedChunkBytes);
    for (const order of [
      [1, 0, 2],
      [0, 0, 2],
      [2, 1, 0],
      [0, 2, 1],
    ]) {
      await writeFile(other, Buffer.concat(order.map((n) => chunk(n))));
      await expect(readAll(other, plain.length)).rejects.toThrow("does not open");
    }
    const part2 = fileKey(randomBytes(32), "package", 2);
    await expect(readAll(path, plain.length, 0, 9, part2)).rejects.toThrow("does not open");
  });

  it("R8: have no name of their own before they are whole", async () => {
    const path = join(directory, "unfinished");
    const writer = await SealedFileWriter.create(path, key);
    await writer.write(randomBytes(chunkBytes * 9));
    await expect(open(path)).rejects.toThrow("ENOENT");
    expect((await stat(temporaryName(path))).size).toBeGreaterThan(0);
    await writer.abandon();
    await expect(stat(temporaryName(path))).rejects.toThrow("ENOENT");
  });
});
