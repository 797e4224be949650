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

const titles = {
  400: "Bad request",
  401: "Not signed as it should be",
  403: "Not taken here",
  404: "Not found",
  409: "Another answer is on record",
  410: "Not there any more",
  413: "Too large",
  422: "Not what was offered",
  429: "Too many",
  500: "Failed here",
  507: "No room",
} as const;

/** What could not be done for a program, as problem details (RFC 9457). */
export function problem(status: keyof typeof titles, detail: string): Response {
  const { body, headers } = problemOf(status, detail);
  return new Response(body, { status, headers });
}

/** The same in plain values, for whoever has no `Response` to give. */
export function problemOf(status: keyof typeof titles, detail: string) {
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
    body: JSON.stringify({ type: "about:blank", title: titles[status], status, detail }),
  };
}
