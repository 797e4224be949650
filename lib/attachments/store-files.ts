import type { refusals } from "../db/schema";
import { newId } from "../ids";
import type { FileKind } from "./accepted";
import { writeAttachmentFile } from "./attachment-file";
import { fileKind } from "./file-kind";
import { fileName } from "./file-name";

export type Refusal = (typeof refusals)[number];

/** A file as somebody offers it: its bytes are fetched only when its place and size allow. */
export type OfferedFile = {
  name: string;
  /** As far as it is known before it is read. */
  size: number;
  /** At most `limit` bytes; null when there are more, or none to be had. */
  read(limit: number): Promise<Buffer | null>;
};

export type StoredFile = { id: string; name: string; bytes: number } & (
  | { refused: null; kind: FileKind; key: Buffer; sha256: string }
  | { refused: Refusal }
);

export type FileLimits = { fileBytes: number; totalBytes: number; files: number };

/**
 * Looks at files one after another and writes those that may be kept, sealed. It touches no row: whoever called hands the
 * result to `keepAttachments` in their transaction, and what no row knows is removed later.
 */
export async function storeFiles(files: readonly OfferedFile[], limits: FileLimits): Promise<StoredFile[]> {
  const stored: StoredFile[] = [];
  let room = limits.totalBytes;
  for (const [index, file] of files.entries()) {
    const name = fileName(file.name);
    const refuse = (refused: Refusal, bytes = file.size) => stored.push({ id: newId(), name, bytes, refused });
    // Beyond twice the number nothing is even listed: a mail of ten thousand files is one line.
    if (index >= 2 * limits.files) break;
    if (index >= limits.files) refuse("too-many");
    else if (file.size > limits.fileBytes) refuse("too-large");
    else if (file.size > room) refuse("too-much");
    else {
      const data = await file.read(Math.min(limits.fileBytes, room));
      if (data === null) refuse("unreadable");
      else {
        const kind = await fileKind(data, name);
        if (kind === null) refuse("type", data.length);
        else {
          room -= data.length;
          const id = newId();
          stored.push({ id, name, bytes: data.length, refused: null, kind, ...(await writeAttachmentFile(id, data)) });
        }
      }
    }
  }
  return stored;
}
