import type pg from "pg";
import { quoted, tableName } from "../data-map/identifiers";
import type { Collection } from "../data-map/types";
import type { Arrived } from "./incoming-manifest";
import { pathsOf } from "./incoming-manifest";
import type { IncomingZip } from "./incoming-zip";

/** Rows and bytes that one statement puts in. */
const batch = { rows: 500, bytes: 4_000_000 };
/** The longest line, and the largest file, that are taken into memory. */
const mostBytes = 256 * 1024 * 1024;

/** Nothing was taken over; `reason` is a word, `collection` one of our own names. */
export class ImportRefused extends Error {
  override name = "ImportRefused";
  readonly reason: string;
  readonly collection: string | null;
  constructor(reason: string, collection: string | null = null) {
    super(collection ? `${reason} ${collection}` : reason);
    this.reason = reason;
    this.collection = collection;
  }
}

/** What was not taken over though its collection was: rows, or a field's values. */
export type Left = { collection: string; why: string; count: number; field?: string };

/** A collection's rows, put aside in a temporary table of the same types in which nothing is required yet. */
export type Staged = Arrived & { stage: string };

/** Reads the rows of a package into temporary tables of the import's own transaction, files' bytes included. */
export async function stageRows(
  client: pg.Client,
  zip: IncomingZip,
  arrived: readonly Arrived[],
  files: ReadonlyMap<string, string[]>,
): Promise<Staged[]> {
  const staged: Staged[] = [];
  for (const [at, one] of arrived.entries()) {
    const stage = `pg_temp.stage_${at}`;
    const names = one.fields.map(quoted).join(", ");
    await client.query(
      `create temporary table stage_${at} on commit drop as select ${names} from ${tableName(one.collection)} with no data`,
    );
    const rows = await readLines(client, zip, { ...one, stage });
    if (rows !== one.rows) throw new ImportRefused("row-count", one.collection.name);
    await readFiles(client, zip, { ...one, stage }, files);
    await client.query(`analyze ${stage}`);
    staged.push({ ...one, stage });
  }
  return staged;
}

async function readLines(client: pg.Client, zip: IncomingZip, { paths, stage, collection }: Staged): Promise<number> {
  let [rows, bytes] = [0, 0];
  let lines: string[] = [];
  const put = async () => {
    if (lines.length === 0) return;
    await client
      .query(
        `insert into ${stage} select r.* from unnest($1::text[]) line, json_populate_record(null::${stage}, line::json) r`,
        [lines],
      )
      .catch((error) => {
        // A value that is none of its type, no JSON at all, or nested without end.
        throw /^(22|23|54)/.test(error?.code ?? "") ? new ImportRefused("unfit-value", collection.name) : error;
      });
    rows += lines.length;
    lines = [];
    bytes = 0;
  };
  for await (const line of linesOf(zip, paths)) {
    lines.push(line);
    bytes += line.length;
    if (lines.length >= batch.rows || bytes >= batch.bytes) await put();
  }
  await put();
  return rows;
}

/** JSON Lines: one object a line, the last one ended too. */
async function* linesOf(zip: IncomingZip, paths: readonly string[]): AsyncGenerator<string, void> {
  let rest: Buffer[] = [];
  let size = 0;
  for (const path of paths)
    for await (const piece of zip.read(path)) {
      let from = 0;
      for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
        const line = Buffer.concat([...rest, piece.subarray(from, end)]).toString("utf8");
        rest = [];
        size = 0;
        from = end + 1;
        if (line) yield line;
      }
      rest.push(Buffer.from(piece.subarray(from)));
      size += piece.length - from;
      if (size > mostBytes) throw new ImportRefused("line-too-long");
    }
  const last = Buffer.concat(rest).toString("utf8");
  if (last) yield last;
}

/** Puts a file's bytes where its path stands, which was read as bytes itself. */
async function readFiles(
  client: pg.Client,
  zip: IncomingZip,
  { stage, fields, collection }: Staged,
  files: ReadonlyMap<string, string[]>,
): Promise<void> {
  for (const name of fileFields(collection).filter((one) => fields.includes(one))) {
    const column = quoted(name);
    // One look-up a file, however many rows there are.
    await client.query(`create index on ${stage} using hash (${column}) where length(${column}) < 300`);
    const { rows } = await client.query<{ path: Buffer }>(
      `select distinct ${column} as path from ${stage} where ${column} is not null`,
    );
    for (const { path } of rows) {
      const found = files.get(path.toString("utf8"));
      if (!found) throw new ImportRefused("missing-file", collection.name);
      const content = await zip.whole(found, mostBytes);
      await client.query(`update ${stage} set ${column} = $1 where ${column} = $2 and length(${column}) < 300`, [
        content,
        path,
      ]);
    }
  }
}

const fileFields = (collection: Collection): string[] =>
  collection.fields.filter(({ file }) => file !== null).map(({ name }) => name);

/** Files by the path that stands in their rows: the first one, when a file was cut in several. */
export function filesByPath(resources: readonly { path: string | string[] }[]): Map<string, string[]> {
  return new Map(
    resources
      .map((resource) => pathsOf(resource))
      .filter(([first]) => first?.startsWith("files/"))
      .map((paths) => [String(paths[0]), paths]),
  );
}
