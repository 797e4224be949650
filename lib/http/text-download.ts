import { Readable } from "node:stream";

/** A file of text made while it is sent; nobody but who asked for it keeps it (S7). */
export function textDownload(file: { fileName: string; lines: AsyncIterable<string> }, type: string): Response {
  const body = Readable.toWeb(Readable.from(file.lines, { objectMode: false })) as ReadableStream<Uint8Array>;
  return new Response(body, {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${file.fileName}"`,
      "cache-control": "private, no-store",
    },
  });
}
