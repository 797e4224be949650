import type { Ctx } from "../context";
import type { RowBlock } from "../data-map/copy-rows";
import { omissions } from "../data-map/exported";
import type { Reach } from "../data-map/reach";
import type { Collection } from "../data-map/types";
import { inForce } from "../policy/queries";
import { isAboutOthers } from "./about-others";
import type { Archive, ArchivePart } from "./archive";
import type { Attempt } from "./attempt";
import type { FileList } from "./file-list";
import { manifest, type Resource, resource } from "./manifest";
import { rightsInUse } from "./rights-in-use";
import { statement, statementPage } from "./statement";
import { type Shown, viewer } from "./viewer";

/** A collection that goes into the package. */
export type Source = {
  reach: Reach;
  collection: Collection;
  fileName: string;
  /** Of its fields that are files, in turn. */
  folders: string[];
};

/** `sha256` is the manifest's. */
export type Written = { parts: ArchivePart[]; rows: number; rowsOfOthers: number; sha256: string };

export const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`, "utf8");

/** What explains the data, and last the manifest, which lists everything. */
export async function addDocuments(
  ctx: Ctx,
  attempt: Attempt,
  archive: Archive,
  list: FileList,
  sources: Source[],
  shown: Shown[],
  resources: Resource[],
): Promise<Written> {
  const policy = await inForce(ctx);
  const about = statement({
    packageId: attempt.packageId,
    reference: attempt.reference,
    scope: attempt.scope,
    readAfter: attempt.startedAt,
    policy: policy ? { number: policy.number, sha256: policy.sha256 } : null,
    held: sources.map(({ reach, collection }, index) => ({
      system: reach.system.name,
      collection,
      rows: shown[index]?.rows ?? 0,
    })),
    known: attempt.subject !== null,
    inUse: await rightsInUse(ctx, { personId: attempt.personId, at: attempt.startedAt, but: attempt.caseId }),
  });
  const omitted = [...new Set(sources.map(({ reach }) => reach.system))].flatMap((system) =>
    omissions(system, attempt.scope),
  );
  const documents = [
    ["statement-page", "statement.html", "text/html", Buffer.from(statementPage(about))],
    ["statement", "statement.json", "application/json", json(about)],
    ["omitted", "omitted.json", "application/json", json(omitted)],
    [
      "viewer",
      "index.html",
      "text/html",
      Buffer.from(
        viewer({
          reference: attempt.reference,
          scope: attempt.scope,
          readAfter: attempt.startedAt,
          parts: archive.partCount,
          collections: shown,
          omitted,
        }),
      ),
    ],
  ] as const;
  const all = [...resources];
  for (const [name, path, mediatype, data] of documents) {
    all.push(resource(name, await archive.add(path, data), { format: path.split(".")[1], mediatype }));
  }
  const { head, tail } = manifest({ packageId: attempt.packageId, created: attempt.startedAt, resources: all });
  const length = head.length + list.bytes + tail.length;
  const described = await archive.addRows("datapackage.json", asBlocks(head, list.read(), tail), () => {}, length);
  const parts = await archive.finish();
  const count = (which: (source: Source) => boolean) =>
    sources.reduce((sum, source, at) => sum + (which(source) ? (shown[at]?.rows ?? 0) : 0), 0);
  return {
    parts,
    rows: count(() => true),
    rowsOfOthers: count(({ reach, collection }) => isAboutOthers(reach.system, collection, attempt.scope)),
    sha256: described.sha256,
  };
}

async function* asBlocks(head: Buffer, between: AsyncIterable<Buffer>, tail: Buffer): AsyncGenerator<RowBlock, void> {
  const block = (bytes: Buffer): RowBlock => ({ bytes, rows: 0, release: () => {} });
  yield block(head);
  for await (const bytes of between) yield block(bytes);
  yield block(tail);
}
