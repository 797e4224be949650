import type { Client } from "pg";
import { copyRows, type RowBlock } from "../data-map/copy-rows";
import type { Archive } from "./archive";
import { type FileColumn, mediaTypeOf, piecesSql, repeatedSql } from "./file-columns";
import type { FileList } from "./file-list";
import { readFiles } from "./read-files";
import type { ShownFiles } from "./viewer";

/** Files that the viewer names one by one; the rest lie in their folder. */
const namedFiles = 100;

/**
 * Writes the files of one column, each as an entry of its own, and notes them for `datapackage.json`.
 * @param select the rows as the package holds them, with the bytes
 * @param onBlock is told of the bytes handed on; may throw to stop
 */
export async function addFiles(
  archive: Archive,
  list: FileList,
  client: Client,
  select: string,
  column: FileColumn,
  onBlock: (bytes: number) => void,
): Promise<ShownFiles> {
  const shown: ShownFiles = {
    field: column.field,
    nameField: column.name,
    folder: `files/${column.folder}/`,
    count: 0,
    bytes: 0,
    first: [],
  };
  // Unpacked, one would overwrite the other.
  if ((await client.query(repeatedSql(select, column))).rowCount) throw new Error("two files have the same key");
  const blocks: AsyncIterable<RowBlock> = copyRows(client, piecesSql(select, column), "binary");
  for await (const { path, name, content } of readFiles(blocks)) {
    const file = await archive.addRows(path, content, (_rows, bytes) => onBlock(bytes));
    await list.add(file, { ...(name === null ? {} : { title: name }), mediatype: mediaTypeOf(path) });
    if (shown.first.length < namedFiles) shown.first.push({ paths: file.paths, name, bytes: file.bytes });
    shown.count++;
    shown.bytes += file.bytes;
  }
  return shown;
}
