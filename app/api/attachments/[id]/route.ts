import { Readable } from "node:stream";
import { openAttachment } from "@/lib/attachments/open-attachment";
import { currentCtx } from "@/lib/auth/current";
import { type Reason, sentences } from "@/lib/errors";

/**
 * A file that came with a message, for its subject and for staff. It is only ever saved, never shown: a browser is told
 * not to guess its type, and proxy.ts gives this address a policy in which nothing runs or loads.
 */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const opened = await openAttachment(await currentCtx(), { attachmentId: (await params).id });
  if (!opened.ok) return refusal(opened.reason);
  const { fileName, type, size, sha256, body } = opened.value;
  return new Response(Readable.toWeb(Readable.from(body, { objectMode: false })) as ReadableStream<Uint8Array>, {
    headers: {
      ...noStore,
      "Content-Type": type,
      "Content-Length": String(size),
      "Content-Disposition": `attachment; filename="${fileName}"`,
      "X-Content-Type-Options": "nosniff",
      "Repr-Digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
    },
  });
}

const noStore = { "Cache-Control": "private, no-store" };
const statuses: Partial<Record<Reason, number>> = { "not-found": 404, "key-destroyed": 410, damaged: 410 };

function refusal(reason: Reason): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Not available</title></head><body><main><h1>Not available</h1><p>${sentences[reason]}</p></main></body></html>`;
  return new Response(html, {
    status: statuses[reason] ?? 500,
    headers: { ...noStore, "Content-Type": "text/html; charset=utf-8" },
  });
}
