import { createHash } from "node:crypto";
import { z } from "zod";
import { exportedFields, inScope } from "../data-map/exported";
import { homeSystem } from "../data-map/load";
import type { Collection, Scope, System } from "../data-map/types";
import type { IncomingContents } from "../db/schema";
import { packageNames } from "../exports/package-names";
import { BadPackage, type IncomingZip } from "./incoming-zip";

/** A manifest of a hundred thousand files has some fifty megabytes. */
const manifestBytes = 64 * 1024 * 1024;

const path = z.string().min(1).max(300);
const resourceShape = z.object({
  name: z.string().max(200),
  path: z.union([path, z.array(path).min(1).max(10_000)]),
  hash: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  rowCount: z.number().int().nonnegative().optional(),
  schema: z
    .object({ fields: z.array(z.object({ name: z.string().min(1).max(63), file: z.boolean().optional() })).max(1000) })
    .optional(),
});
/** Data Package v2, as far as it is read here (https://datapackage.org/standard/data-package/). */
const manifestShape = z.object({ resources: z.array(resourceShape).max(1_000_000) });
export type Manifest = z.infer<typeof manifestShape>;
type Resource = Manifest["resources"][number];

export const pathsOf = (resource: Pick<Resource, "path">): string[] => [resource.path].flat();

/** @throws BadPackage when it is missing, not the one that was offered, or no manifest */
export async function readManifest(zip: IncomingZip, sha256: string): Promise<Manifest> {
  const text = await zip.text("datapackage.json", manifestBytes);
  if (createHash("sha256").update(text).digest("hex") !== sha256) throw new BadPackage("manifest-digest");
  const parsed = manifestShape.safeParse(parseJson(text));
  if (!parsed.success) throw new BadPackage("manifest");
  return parsed.data;
}

/** Every file is listed, and every listed one has the length and hash that the manifest says. @throws BadPackage */
export async function checkFiles(zip: IncomingZip, manifest: Manifest): Promise<void> {
  const listed = new Set(["datapackage.json"]);
  for (const resource of manifest.resources) {
    const hash = createHash("sha256");
    let bytes = 0;
    for (const name of pathsOf(resource)) {
      if (listed.has(name)) throw new BadPackage("listed-twice");
      listed.add(name);
      for await (const piece of zip.read(name)) {
        hash.update(piece);
        bytes += piece.length;
      }
    }
    if (bytes !== resource.bytes || `sha256:${hash.digest("hex")}` !== resource.hash)
      throw new BadPackage("file-digest");
  }
  if (zip.names.some((name) => !listed.has(name))) throw new BadPackage("unlisted-file");
}

/** The rows of one of our own collections in a package that came in. */
export type Arrived = { collection: Collection; paths: string[]; rows: number; fields: string[] };

/**
 * Which of a package's collections are ours by name and shape, in the map's order, and what is not: each with the reason, since
 * nothing is left out silently.
 */
export function matchCollections(
  manifest: Manifest,
  scope: Scope,
  home: System = homeSystem(),
): { arrived: Arrived[]; contents: IncomingContents } {
  const ours = home.collections.filter(
    (collection) => inScope(collection, scope) && exportedFields(collection, scope).length > 0,
  );
  const names = packageNames(ours.map(({ name }) => ({ system: home.name, name })));
  const data = new Map(
    manifest.resources
      .filter(({ name, schema }) => name.endsWith("-json") && schema)
      .map((resource) => [resource.name.slice(0, -"-json".length), resource]),
  );
  const arrived: Arrived[] = [];
  const contents: IncomingContents = [];
  for (const [at, collection] of ours.entries()) {
    const name = names[at] ?? "";
    const resource = data.get(name);
    if (!resource) continue;
    data.delete(name);
    const rows = resource.rowCount ?? 0;
    if (rows === 0) continue;
    const fields = resource.schema?.fields.map((field) => field.name) ?? [];
    const skipped = unfit(collection, fields, scope);
    contents.push({ collection: collection.name, rows, ...(skipped ? { skipped } : {}) });
    if (!skipped) arrived.push({ collection, rows, fields, paths: pathsOf(resource) });
  }
  // A stranger's word, shown as a key alone: letters, digits and dashes.
  for (const [name, { rowCount }] of data)
    if (rowCount)
      contents.push({ collection: name.replace(/[^\w-]/g, "").slice(0, 80), rows: rowCount, skipped: "unknown" });
  return { arrived, contents };
}

/** Why a collection of this shape cannot be taken over; undefined when it can. */
function unfit(collection: Collection, fields: string[], scope: Scope): string | undefined {
  const known = new Set(exportedFields(collection, scope).map(({ name }) => name));
  // Secrets never leave the sender, so what is nothing but one, such as a session, ends there.
  if (
    !collection.primaryKey.every((key) => fields.includes(key) && known.has(key)) ||
    collection.primaryKey.length === 0
  )
    return "no-key";
  return fields.every((name) => known.has(name)) && new Set(fields).size === fields.length ? undefined : "other-shape";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
