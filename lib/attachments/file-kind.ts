import { fileTypeFromBuffer } from "file-type";
import { type FileKind, keptKinds } from "./accepted";

/** How the kept binary formats begin; nothing else is handed to a parser. */
const beginnings: readonly [offset: number, bytes: string][] = [
  [0, "%PDF-"],
  [0, "\x89PNG\r\n\x1a\n"],
  [0, "\xff\xd8\xff"],
  [0, "RIFF"],
  [4, "ftyp"],
  [0, "PK\x03\x04"],
];

/** Names of entries that carry macros or embedded programs. A ZIP holds names as they are, beside the packed content. */
const active =
  /vbaProject|vbaData|macrosheets\/|activeX|oleObject|Basic\/[\w-]+\/script-l|Scripts\/(?:python|beanshell|javascript)/i;
const textEndings: Readonly<Record<string, FileKind>> = {
  "": "text/plain",
  txt: "text/plain",
  log: "text/plain",
  md: "text/plain",
  csv: "text/csv",
};

/**
 * The type of a file by its content, never by what the sender says it is (the name only tells a table from other text);
 * null for everything that is not kept: archives, programs, scripts, pages, and documents with macros.
 */
export async function fileKind(data: Buffer, name: string): Promise<FileKind | null> {
  if (data.length === 0) return null;
  const begins = ([offset, bytes]: (typeof beginnings)[number]) =>
    data.subarray(offset, offset + bytes.length).equals(Buffer.from(bytes, "latin1"));
  if (!beginnings.some(begins)) return textKind(data, name);
  const found = await fileTypeFromBuffer(data).catch(() => undefined);
  if (!found || !(found.mime in keptKinds)) return null;
  if (data.subarray(0, 2).equals(Buffer.from("PK")) && active.test(data.toString("latin1"))) return null;
  return found.mime as FileKind;
}

function textKind(data: Buffer, name: string): FileKind | null {
  const ending = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase().trim() ?? "";
  const kind = Object.hasOwn(textEndings, ending) ? textEndings[ending] : undefined;
  if (!kind) return null;
  const text = readText(data);
  if (text === null || text.startsWith("#!") || /(?![\t\n\v\f\r])\p{Cc}/u.test(text)) return null;
  return kind;
}

/** UTF-8, UTF-16 that says so, or the western encoding that spreadsheets still write. */
function readText(data: Buffer): string | null {
  const mark = data.length < 2 ? 0 : data.readUInt16BE(0);
  for (const encoding of mark === 0xfffe ? ["utf-16le"] : mark === 0xfeff ? ["utf-16be"] : ["utf-8", "windows-1252"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(data);
    } catch {}
  }
  return null;
}
