import { eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { copyRows, type RowBlock } from "../data-map/copy-rows";
import { exportedFields } from "../data-map/exported";
import { openReach, type Reach, type ReachSubject } from "../data-map/reach";
import type { Collection, Scope, System } from "../data-map/types";
import { packageProgress, packages } from "../db/schema";
import { faultPoint } from "../faults";
import { addDocuments, json, type Source, type Written } from "./add-documents";
import { addFiles } from "./add-files";
import type { Archive } from "./archive";
import { type Attempt, Overtaken, whileNewest } from "./attempt";
import { fileColumns, fileFolders, withPaths } from "./file-columns";
import type { FileList } from "./file-list";
import { type Resource, resource } from "./manifest";
import { nameUnreadable } from "./name-unreadable";
import { packageNames } from "./package-names";
import { Progress } from "./progress";
import { redactSystem } from "./redact-system";
import { columnsOf, csvCells, jsonLines } from "./select";
import { tableSchema } from "./table-schema";
import { firstRows, type Shown, type ShownFiles } from "./viewer";

/** A collection, or a whole system, that could not be read; the cause is the database's error. */
export class Unreadable extends Error {
  override name = "Unreadable";
  /** `system.collection`, or the system's name. */
  readonly what: string;

  constructor(what: string, cause: unknown) {
    super("could not be read", { cause });
    this.what = what;
  }
}

/** A collection of more rows is not counted before it is read. */
const countedRows = 50_000;

async function readable<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, syscall } = (error ?? {}) as { name?: string; syscall?: string };
    const ours = error instanceof Overtaken || name === "AbortError" || name === "FaultForTests";
    if (ours || fileCalls.has(syscall ?? "")) throw error;
    throw new Unreadable(what, error);
  }
}

/** What fails here is our storage, and says nothing about the collection being read. */
const fileCalls = new Set(["open", "write", "writev", "fsync", "close", "mkdir", "rename"]);

/** True when our disk has no room. */
export const isDisk = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT"].includes((error as { code?: string } | undefined)?.code ?? "");

/**
 * Reads every system, each in one snapshot, and writes every file of the package.
 * @throws Unreadable naming the collection: a package with something missing is no package (P4)
 * @throws Overtaken when another try began or the person stopped it
 */
export async function writeFiles(
  ctx: Ctx,
  attempt: Attempt,
  archive: Archive,
  systems: readonly System[],
  signal?: AbortSignal,
): Promise<Written> {
  const reaches: Reach[] = [];
  const progress = new Progress(ctx, attempt);
  const list = archive.fileList();
  try {
    if (attempt.subject) {
      for (const system of systems) {
        reaches.push(await openSystem(redactSystem(system, attempt.redactions), attempt.subject, attempt.scope));
      }
    }
    const sources = await prepare(ctx, attempt, reaches);
    const shown: Shown[] = [];
    const resources: Resource[] = [];
    for (const source of sources) {
      const what = `${source.reach.system.name}.${source.collection.name}`;
      await faultPoint("package.collection");
      const one = await readable(what, () => addCollection(attempt, archive, list, source, progress, signal));
      shown.push(one.shown);
      resources.push(...one.resources);
    }
    return await addDocuments(ctx, attempt, archive, list, sources, shown, resources);
  } finally {
    await list.abandon();
    await progress.settle();
    await Promise.allSettled(reaches.map((reach) => reach.close()));
  }
}

async function openSystem(system: System, subject: ReachSubject, scope: Scope): Promise<Reach> {
  try {
    const reach = await openReach(system, subject, scope);
    // The same rows in the same order at every try, and no more of the platform's processors than one.
    await reach.client.query("set local max_parallel_workers_per_gather = 0; set local synchronize_seqscans = off");
    return reach;
  } catch (error) {
    const collection = await nameUnreadable(system, scope);
    throw new Unreadable(collection ? `${system.name}.${collection}` : system.name, error);
  }
}

/** Notes what there is to do, so that the page can say "3 of 20". */
async function prepare(ctx: Ctx, attempt: Attempt, reaches: Reach[]): Promise<Source[]> {
  const found = reaches.flatMap((reach) =>
    reach.collections
      .filter((collection) => exportedFields(collection, attempt.scope).length > 0)
      .map((collection) => ({ reach, collection })),
  );
  const names = packageNames(
    found.map(({ reach, collection }) => ({ system: reach.system.name, name: collection.name })),
  );
  const folders = fileFolders(
    found.map(({ reach, collection }) => ({
      system: reach.system.name,
      collection,
      fields: exportedFields(collection, attempt.scope),
    })),
  );
  const sources = found.map((source, at) => ({ ...source, fileName: names[at] ?? "", folders: folders[at] ?? [] }));
  let rowsEstimated = 0;
  for (const { reach, collection } of sources) {
    rowsEstimated += await readable(`${reach.system.name}.${collection.name}`, () => expectedRows(reach, collection));
  }
  const { packageId } = attempt;
  await whileNewest(ctx, attempt, async (tx) => {
    await tx.db
      .update(packages)
      .set({ collectionsTotal: sources.length, rowsEstimated, failure: null })
      .where(eq(packages.id, packageId));
    if (sources.length === 0) return;
    await tx.db.insert(packageProgress).values(
      sources.map(({ reach, collection }, position) => ({
        packageId,
        system: reach.system.name,
        collection: collection.name,
        position,
      })),
    );
  });
  return sources;
}

/** Counted while that is quick; otherwise what the planner expects, which is good enough for a progress bar. */
async function expectedRows(reach: Reach, collection: Collection): Promise<number> {
  type Explained = { "QUERY PLAN": [{ Plan: { "Plan Rows": number } }] };
  const { rows } = await reach.client.query<Explained>(`EXPLAIN (FORMAT JSON) ${reach.query(collection)}`);
  const expected = rows[0]?.["QUERY PLAN"][0].Plan["Plan Rows"] ?? 0;
  return expected > countedRows ? expected : reach.count(collection);
}

async function addCollection(
  attempt: Attempt,
  archive: Archive,
  list: FileList,
  { reach, collection, fileName, folders }: Source,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<{ shown: Shown; resources: Resource[] }> {
  const system = reach.system.name;
  const fields = exportedFields(collection, attempt.scope);
  const held = reach.query(collection);
  const heldColumns = await columnsOf(reach.client, held);
  const fileFields = fileColumns(collection, fields, heldColumns, folders);
  const select = withPaths(held, heldColumns, fileFields);
  const columns = fileFields.length === 0 ? heldColumns : await columnsOf(reach.client, select);
  let [rows, bytes] = [0, 0];
  let first: Shown["first"] = [];
  async function* watched(blocks: AsyncIterable<RowBlock>, peek: boolean): AsyncGenerator<RowBlock, void> {
    let begun = false;
    for await (const block of blocks) {
      signal?.throwIfAborted();
      if (peek && !begun) first = firstRows(block.bytes);
      begun = true;
      yield block;
    }
  }
  const lines = await archive.addRows(
    `data/${fileName}.json`,
    watched(copyRows(reach.client, jsonLines(select, columns), "json-lines"), true),
    (more, length) => {
      rows += more;
      bytes += length;
      progress.note(system, collection.name, rows, bytes);
    },
  );
  const csv = await archive.addRows(
    `data/${fileName}.csv`,
    watched(copyRows(reach.client, csvCells(select, columns), "csv"), false),
    (_more, length) => {
      bytes += length;
      progress.note(system, collection.name, rows, bytes);
    },
  );
  // Both come from one snapshot: anything else is a fault that must not pass for a complete copy.
  if (lines.rows !== csv.rows) throw new Error(`JSON has ${lines.rows} rows and CSV ${csv.rows}`);
  const files: ShownFiles[] = [];
  for (const column of fileFields) {
    const added = await addFiles(archive, list, reach.client, held, column, (length) => {
      signal?.throwIfAborted();
      bytes += length;
      progress.note(system, collection.name, rows, bytes);
    });
    files.push(added);
  }
  const schemaPath = `schema/${fileName}.json`;
  const csvSchema = tableSchema(columns, fields, collection.primaryKey, "csv");
  const jsonSchema = tableSchema(columns, fields, collection.primaryKey, "json");
  const about = {
    title: collection.label,
    description: collection.description,
    rowCount: lines.rows,
    encoding: "utf-8",
    sources: [{ title: reach.system.label }],
  };
  const schema = await archive.add(schemaPath, json(jsonSchema));
  await progress.done(system, collection.name, rows, bytes);
  return {
    shown: {
      label: collection.label,
      description: collection.description,
      system,
      columns: fields.map(({ name, label }) => ({ name, label })),
      rows: lines.rows,
      json: { paths: lines.paths, bytes: lines.bytes },
      csv: { paths: csv.paths, bytes: csv.bytes },
      schema: schemaPath,
      files,
      first,
    },
    resources: [
      resource(`${fileName}-json`, lines, {
        ...about,
        format: "jsonl",
        mediatype: "application/jsonl",
        schema: jsonSchema,
      }),
      resource(`${fileName}-csv`, csv, {
        ...about,
        format: "csv",
        mediatype: "text/csv",
        dialect: { delimiter: ",", lineTerminator: "\n", quoteChar: '"', doubleQuote: true, header: true },
        schema: csvSchema,
      }),
      resource(`${fileName}-schema`, schema, { format: "json", mediatype: "application/json" }),
    ],
  };
}
