import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readZip } from "@/test/read-zip";
import type { RowBlock } from "../data-map/copy-rows";
import { Archive, type ArchiveOptions, type ArchivePart, partPath } from "./archive";
import { fileKey } from "./sealed-chunks";
import { openSealedFile, readSealedRange } from "./sealed-file";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tc-archive-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const key = randomBytes(32);
const at = Temporal.Instant.from("2026-02-28T23:59:59Z");
let count = 0;

const archive = (partBytes: number, more: Partial<ArchiveOptions> = {}) => {
  const place = join(directory, String(++count));
  return { place, archive: new Archive({ directory: place, packageId: "p", key, fence: 3, at, partBytes, ...more }) };
};

async function plainPart(place: string, { position, bytes, sha256 }: ArchivePart): Promise<Buffer> {
  const handle = await openSealedFile(partPath(place, 3, position), bytes);
  const pieces: Buffer[] = [];
  for await (const piece of readSealedRange(handle, fileKey(key, "p", position), bytes, 0, bytes - 1))
    pieces.push(Buffer.from(piece));
  const plain = Buffer.concat(pieces);
  expect(createHash("sha256").update(plain).digest("hex")).toBe(sha256);
  return plain;
}

async function* blocks(rows: string[], perBlock: number, released: { count: number }): AsyncGenerator<RowBlock> {
  for (let from = 0; from < rows.length; from += perBlock) {
    const some = rows.slice(from, from + perBlock);
    const bytes = Buffer.from(some.map((row) => `${row}\n`).join(""));
    yield { bytes, rows: some.length, release: () => void released.count++ };
  }
}

describe("the archive", () => {
  it("gives back every file as it went in, whatever its rows and blocks are", async () => {
    const file = fc.array(fc.string({ unit: "binary", maxLength: 200 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 20 }),
        async (files, perBlock) => {
          const { place, archive: made } = archive(1e9);
          for (const [n, rows] of files.entries()) {
            const released = { count: 0 };
            const told = await made.addRows(`data/${n}.json`, blocks(rows, perBlock, released), () => {});
            const plain = Buffer.from(rows.map((row) => `${row}\n`).join(""));
            expect(told).toEqual({
              paths: [`data/${n}.json`],
              bytes: plain.length,
              rows: rows.length,
              sha256: createHash("sha256").update(plain).digest("hex"),
            });
            expect(released.count).toBe(Math.ceil(rows.length / perBlock));
          }
          await made.add("ünï.txt", Buffer.from("grüß"));
          const parts = await made.finish();
          await made.publish();
          expect(parts).toHaveLength(1);
          const read = await readZip(await plainPart(place, parts[0] as ArchivePart));
          for (const [n, rows] of files.entries())
            expect(read.get(`data/${n}.json`)?.toString()).toBe(rows.map((row) => `${row}\n`).join(""));
          expect(read.get("ünï.txt")?.toString()).toBe("grüß");
        },
      ),
      { numRuns: 30 },
    );
  });

  it("P2: no part is larger than asked for, and the pieces join to the file", async () => {
    const partBytes = 200_000;
    const { place, archive: made } = archive(partBytes);
    // Random text hardly shrinks.
    const rows = Array.from({ length: 3000 }, () => randomBytes(300).toString("base64"));
    const small = await made.add("first.txt", Buffer.from("one"));
    const told = await made.addRows("data/big.json", blocks(rows, 20, { count: 0 }), () => {});
    await made.add("last.txt", Buffer.from("two"));
    const parts = await made.finish();
    await made.publish();
    expect(parts.length).toBeGreaterThan(3);
    expect(told.paths.slice(0, 2)).toEqual(["data/big.json", "data/big.2.json"]);
    const all = new Map<string, Buffer>();
    for (const part of parts) {
      expect(part.bytes).toBeLessThanOrEqual(partBytes);
      const read = await readZip(await plainPart(place, part));
      if (part !== parts.at(-1)) expect(read.get("CONTINUES.txt")?.toString()).toContain(`part ${part.position}`);
      read.delete("CONTINUES.txt");
      for (const [name, content] of read) all.set(name, content);
    }
    const joined = Buffer.concat(told.paths.map((path) => all.get(path) ?? Buffer.alloc(0)));
    expect(joined.toString()).toBe(rows.map((row) => `${row}\n`).join(""));
    expect(createHash("sha256").update(joined).digest("hex")).toBe(told.sha256);
    // Every piece ends at a row's end, so each opens by itself.
    for (const path of told.paths) expect(all.get(path)?.at(-1)).toBe(0x0a);
    expect(all.has(small.paths[0] as string) && all.has("last.txt")).toBe(true);
  });

  it("P2: goes on in another part when a ZIP has as many entries as it can hold", async () => {
    const { place, archive: made } = archive(1e9, { partEntries: 40 });
    const names = Array.from({ length: 100 }, (_, n) => `files/x/${n}.bin`);
    for (const name of names) await made.addRows(name, blocks([name], 1, { count: 0 }));
    for (const name of ["a.html", "b.json"]) await made.add(name, Buffer.from(name));
    const whole = await made.addRows(
      "datapackage.json",
      blocks(["x".repeat(100), "y"], 1, { count: 0 }),
      () => {},
      104,
    );
    const parts = await made.finish();
    await made.publish();
    expect(whole.paths).toEqual(["datapackage.json"]);
    const all: string[] = [];
    for (const part of parts) {
      const read = await readZip(await plainPart(place, part));
      expect(read.size).toBeLessThanOrEqual(40);
      expect(read.has("CONTINUES.txt")).toBe(part !== parts.at(-1));
      for (const [name, content] of read) if (name.startsWith("files/")) expect(content.toString()).toBe(`${name}\n`);
      all.push(...read.keys());
    }
    expect(all.filter((name) => name !== "CONTINUES.txt")).toEqual([...names, "a.html", "b.json", "datapackage.json"]);
  });

  it("leaves only a temporary name when its source breaks, and none when it is abandoned", async () => {
    const { place, archive: made } = archive(1e9);
    async function* broken(): AsyncGenerator<RowBlock> {
      yield* blocks(
        Array.from({ length: 50 }, () => randomBytes(9000).toString("hex")),
        5,
        { count: 0 },
      );
      throw new Error("connection lost");
    }
    await expect(made.addRows("data/x.json", broken(), () => {})).rejects.toThrow("connection lost");
    expect(await readdir(place)).toEqual(["3.1.sealed.writing"]);
    await made.abandon();
    expect(await readdir(place)).toEqual([]);
  });
});
