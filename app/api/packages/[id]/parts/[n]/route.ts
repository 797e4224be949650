import { Readable } from "node:stream";
import { currentCtx } from "@/lib/auth/current";
import { withNext } from "@/lib/auth/safe-next";
import { type Reason, sentences } from "@/lib/errors";
import { type Download, openDownload } from "@/lib/exports/open-download";

type Context = { params: Promise<{ id: string; n: string }> };

/** A part of a package for its own person: session, fresh step-up, byte ranges (P2, P3, S14). */
export function GET(request: Request, context: Context): Promise<Response> {
  return answer(request, context, false);
}

export function HEAD(request: Request, context: Context): Promise<Response> {
  return answer(request, context, true);
}

async function answer(request: Request, { params }: Context, headOnly: boolean): Promise<Response> {
  const { id, n } = await params;
  const opened = await openDownload(await currentCtx(), {
    packageId: id,
    position: /^[1-9]\d{0,4}$/.test(n) ? Number(n) : 0,
    range: request.headers.get("range"),
    ifRange: request.headers.get("if-range"),
    headOnly,
  });
  if (!opened.ok) return refusal(request, opened.reason, id);
  const { value } = opened;
  const headers = new Headers({ ...headersOf(value), "Cache-Control": "private, no-store" });
  if (!value.range) {
    headers.set("Content-Range", `bytes */${value.size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = value.range;
  headers.set("Content-Length", String(end - start + 1));
  if (value.partial) headers.set("Content-Range", `bytes ${start}-${end}/${value.size}`);
  const body = value.body
    ? (Readable.toWeb(Readable.from(value.body, { objectMode: false })) as ReadableStream<Uint8Array>)
    : null;
  return new Response(body, { status: value.partial ? 206 : 200, headers });
}

function headersOf({ fileName, sha256 }: Download): Record<string, string> {
  return {
    "Content-Type": "application/zip",
    "Content-Disposition": `attachment; filename="${fileName}"`,
    "Accept-Ranges": "bytes",
    ETag: `"${sha256}"`,
    // RFC 9530: of the whole part, whatever range is sent.
    "Repr-Digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
  };
}

const statuses: Partial<Record<Reason, number>> = {
  "not-found": 404,
  "sign-in-required": 404,
  "step-up-required": 403,
  "fresh-wait": 403,
  "not-ready": 409,
  expired: 410,
  "key-destroyed": 410,
  damaged: 410,
  "cannot-check": 503,
};

/** A browser is taken to where it goes on; a program gets problem details (RFC 9457). */
function refusal(request: Request, reason: Reason, id: string): Response {
  const status = statuses[reason] ?? 500;
  const noStore = { "Cache-Control": "private, no-store" };
  const page = `/account/packages/${id}`;
  const browser = request.headers.get("accept")?.includes("text/html") && !request.headers.has("range");
  if (!browser) {
    const problem = { type: "about:blank", title: sentences[reason], status, code: reason };
    return Response.json(problem, { status, headers: { ...noStore, "Content-Type": "application/problem+json" } });
  }
  if (reason === "step-up-required") {
    return new Response(null, { status: 303, headers: { ...noStore, Location: withNext("/step-up", page) } });
  }
  const link = status === 404 ? "" : `<p><a href="${page}">Go to the package</a></p>`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Not available</title></head><body><main><h1>Not available</h1><p>${sentences[reason]}</p>${link}</main></body></html>`;
  return new Response(html, { status, headers: { ...noStore, "Content-Type": "text/html; charset=utf-8" } });
}
