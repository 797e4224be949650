import { quoted } from "../data-map/identifiers";
import type { Collection, Field } from "../data-map/types";
import { packageNames } from "./package-names";
import type { Column } from "./select";

/** A column whose values a package holds as files (P1). */
export type FileColumn = {
  field: string;
  /** Made by us alone: `files/<folder>/`. */
  folder: string;
  /** The columns that say what a file was called and its media type; null when the package does not hold them. */
  name: string | null;
  mediaType: string | null;
  key: { name: string; plain: boolean }[];
};

/**
 * Media types whose files nothing runs or renders as a page when they are opened from the package's own page, and
 * their endings. Everything else, HTML and SVG first of all, is handed over as `.bin` (S23).
 */
const endings: Record<string, string> = {
  "application/pdf": "pdf",
  "application/zip": "zip",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "audio/mp4": "m4a",
  "audio/mpeg": "mp3",
  "image/gif": "gif",
  "image/heic": "heic",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "text/plain": "txt",
  "video/mp4": "mp4",
};

/** The media type that an ending stands for. */
export function mediaTypeOf(path: string): string {
  const ending = path.slice(path.lastIndexOf(".") + 1);
  return Object.entries(endings).find(([, one]) => one === ending)?.[0] ?? "application/octet-stream";
}

/** Values that are safe as a name as they stand. */
const plainTypes = ["uuid", "int2", "int4", "int8"];
/** A file is read in pieces of this many bytes, so that memory stays flat however large it is. */
export const pieceBytes = 1024 * 1024;
/** As much of a file's own name as is shown; all of it stands in its row. */
const nameLength = 255;

/** Names of the folders, for each of the package's collections in turn: one for every field that is a file. */
export function fileFolders(
  sources: readonly { system: string; collection: Collection; fields: readonly Field[] }[],
): string[][] {
  const counted = sources.map(({ system, collection, fields }) =>
    fields.filter(({ file }) => file).map(({ name }) => ({ system, name: `${collection.name}-${name}` })),
  );
  const names = packageNames(counted.flat());
  return counted.map((found) => names.splice(0, found.length));
}

/**
 * The file columns of a collection.
 * @param fields and @param columns those that the package holds
 * @param folders of this collection, as `fileFolders` made them
 */
export function fileColumns(
  collection: Collection,
  fields: readonly Field[],
  columns: readonly Column[],
  folders: readonly string[],
): FileColumn[] {
  const held = (name: string | null) => (columns.some((column) => column.name === name) ? name : null);
  const key = collection.primaryKey.map((name) => ({
    name,
    plain: plainTypes.includes(columns.find((column) => column.name === name)?.type ?? ""),
  }));
  const found: FileColumn[] = [];
  for (const { name, file } of fields) {
    if (!file) continue;
    const folder = folders[found.length] ?? "";
    found.push({ field: name, folder, name: held(file.name), mediaType: held(file.mediaType), key });
  }
  return found;
}

/** Where the file of a row of `t` lies in the package: named after the row's key, since names of others' are no names of ours (S23). */
function pathSql({ folder, mediaType, key }: FileColumn): string {
  const [only] = key;
  const parts = key.map(({ name }) => `t.${quoted(name)}`).join(", ");
  const id =
    key.length === 1 && only?.plain
      ? `${parts}::text`
      : `left(encode(sha256(convert_to(jsonb_build_array(${parts})::text, 'UTF8')), 'hex'), 32)`;
  const cases = Object.entries(endings).map(([type, ending]) => `when '${type}' then '${ending}'`);
  const said = mediaType && `lower(btrim(split_part(t.${quoted(mediaType)}::text collate "C", ';', 1)))`;
  return `'files/${folder}/' || ${id} || '.' || ${said ? `case ${said} ${cases.join(" ")} else 'bin' end` : "'bin'"}`;
}

/** The same rows with a file's path in the place of its bytes. */
export function withPaths(select: string, columns: readonly Column[], files: readonly FileColumn[]): string {
  if (files.length === 0) return select;
  const values = columns.map(({ name }) => {
    const file = files.find(({ field }) => field === name);
    const value = `t.${quoted(name)}`;
    return file ? `case when ${value} is not null then ${pathSql(file)} end as ${quoted(name)}` : value;
  });
  return `select ${values.join(", ")} from (${select}) t`;
}

/**
 * The files themselves, in pieces: path, own name, length, number of the piece, bytes. The pieces of a file follow one
 * another, which who reads them checks.
 */
export function piecesSql(select: string, file: FileColumn): string {
  const bytes = `t.${quoted(file.field)}`;
  const name = file.name ? `left(t.${quoted(file.name)}::text, ${nameLength})` : "null::text";
  return `select f.path, f.name, octet_length(f.bytes) as length, p.piece, substring(f.bytes from p.piece * ${pieceBytes} + 1 for ${pieceBytes})
    from (select ${pathSql(file)} as path, ${name} as name, ${bytes} as bytes from (${select}) t where ${bytes} is not null) f
   cross join lateral generate_series(0, (octet_length(f.bytes) - 1) / ${pieceBytes}) p (piece)`;
}

/** Rows when two files would have the same path: the key that the map declares is none. */
export const repeatedSql = (select: string, file: FileColumn): string =>
  `select 1 from (${select}) t where t.${quoted(file.field)} is not null group by ${pathSql(file)} having count(*) > 1 limit 1`;
