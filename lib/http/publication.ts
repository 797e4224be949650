import { createHash } from "node:crypto";

/**
 * An answer for programs and caches: public, with `ETag` (RFC 9110, 8.8.3), `Repr-Digest` (RFC 9530) over
 * exactly the bytes sent, and 304 for who has them already.
 * @param type the media type, with its charset
 */
export function publication(request: Request, body: string, type: string): Response {
  const digest = createHash("sha256").update(body).digest("base64");
  const tag = `"${digest}"`;
  const headers = {
    "content-type": type,
    "cache-control": "public, max-age=60, must-revalidate",
    etag: tag,
    "repr-digest": `sha-256=:${digest}:`,
    // What everybody may read, every page's script may read too; no cookie is looked at.
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  };
  const known = (request.headers.get("if-none-match") ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (known.includes(tag) || known.includes("*")) return new Response(null, { status: 304, headers });
  return new Response(body, { headers });
}

/** What a program asked for and is not there, as problem details (RFC 9457). */
export function problem(status: 400 | 404, detail: string): Response {
  const title = { 400: "Bad request", 404: "Not found" }[status];
  return Response.json(
    { type: "about:blank", title, status, detail },
    { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store" } },
  );
}
