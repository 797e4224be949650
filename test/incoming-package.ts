import { randomUUID } from "node:crypto";
import { sha256Hex } from "@/lib/crypto/hash";
import { homeSystem } from "@/lib/data-map/load";
import type { Scope } from "@/lib/data-map/types";
import { ZipWriter } from "@/lib/exports/zip";
import { type Imported, importRows } from "@/lib/transfers/import-rows";
import { newWrappedKey, unwrapKey, writeChunk } from "@/lib/transfers/incoming-files";
import { checkFiles, matchCollections, readManifest } from "@/lib/transfers/incoming-manifest";
import { IncomingZip } from "@/lib/transfers/incoming-zip";
import type { Account } from "@/lib/transfers/place-person";
import type { Home } from "@/lib/transfers/plan-intake";
import { filesByPath } from "@/lib/transfers/stage-rows";
import type { IncomingRow } from "@/lib/transfers/states";

export type Rows = Record<string, Record<string, unknown>[]>;

const lines = (rows: Record<string, unknown>[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Writes a package of these files into sealed storage, as if it had come in. */
export async function packed(
  files: [string, string | Buffer][],
): Promise<{ row: IncomingRow; zip: () => Promise<IncomingZip> }> {
  const pieces: Buffer[] = [];
  const writer = new ZipWriter({ write: async (data) => void pieces.push(Buffer.from(data)) }, Temporal.Now.instant());
  for (const [name, content] of files) await writer.add(name, Buffer.from(content));
  await writer.finish();
  const bytes = Buffer.concat(pieces);
  const id = randomUUID();
  const wrappedKey = newWrappedKey(id);
  const chunkBytes = 64 * 1024;
  const key = unwrapKey(id, wrappedKey);
  for (let from = 0; from < bytes.length; from += chunkBytes)
    await writeChunk(key, { id, part: 1, chunk: from / chunkBytes }, bytes.subarray(from, from + chunkBytes));
  const manifest = files.find(([name]) => name === "datapackage.json")?.[1] ?? "";
  const row = {
    id,
    chunkBytes,
    parts: [{ bytes: bytes.length, sha256: "" }],
    sha256: sha256Hex(manifest),
  } as IncomingRow;
  return { row, zip: () => IncomingZip.open(row, key, { unpacked: 10_000_000 }) };
}

export type Listed = { name: string; path: string; content: string | Buffer; rowCount?: number; fields?: string[] };
export const listed = ({ name, path, content, rowCount, fields }: Listed) => ({
  ...{ name, path, hash: `sha256:${sha256Hex(Buffer.from(content))}`, bytes: Buffer.from(content).length },
  ...(rowCount === undefined ? {} : { rowCount }),
  ...(fields ? { schema: { fields: fields.map((field) => ({ name: field })) } } : {}),
});

export type How = { address?: string; more?: Listed[]; scope?: Scope; here?: Account | null; home?: Home };

/** Puts a package of these rows into a platform, as the import does once its person took it over. */
export async function takePackage(
  url: string,
  rows: Rows,
  { address = "robin@journey.example", more = [], scope = "company", here = null, home = homeSystem() }: How = {},
): Promise<Imported> {
  const data = Object.entries(rows).map(([name, all]) => ({
    ...{ name: `${name}-json`, path: `data/${name}.json`, content: lines(all), rowCount: all.length },
    fields: [...new Set(all.flatMap((row) => Object.keys(row)))],
  }));
  const all = [...data, ...more];
  const manifest = JSON.stringify({ resources: all.map(listed) });
  const made = await packed([
    ...all.map(({ path, content }) => [path, content] as [string, string]),
    ["datapackage.json", manifest],
  ]);
  const zip = await made.zip();
  const read = await readManifest(zip, made.row.sha256);
  await checkFiles(zip, read);
  const matched = matchCollections(read, scope, home);
  const order = { home, scope, zip, matched, files: filesByPath(read.resources), address, here };
  return importRows(url, order, async () => {});
}
