import { type NextRequest, NextResponse } from "next/server";
import { readAlong } from "@/components/policy/read-along";
import { cookieNames } from "@/lib/auth/cookies";
import { publicPage, renderHeader } from "@/lib/policy/public-page";

/**
 * A nonce for the Content-Security-Policy (S8), a request id, a bound on bodies (S5), and the pages of the policy
 * as they were rendered a moment ago. It never decides who may see what; every domain call does that itself (S1).
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const development = process.env.NODE_ENV === "development";
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${development ? " 'unsafe-inline'" : ""}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-src 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  // A mail of the local mailbox brings inline styles: a document of its own in which nothing runs or loads.
  const mail = /^\/dev\/mailbox\/\d+\/html$/.test(request.nextUrl.pathname);
  if (isTooLarge(request)) return refuse(413, tooLarge, policy);
  if (!decodes(request.nextUrl.pathname)) return refuse(400, noAddress, policy);
  const requestId = crypto.randomUUID();
  const page = development ? null : await keptPage(request);
  if (page) {
    const script = `<script nonce="${nonce}">(${readAlong})()</script>`;
    return new NextResponse(
      page.replace("</body>", () => `${script}</body>`),
      {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "cache-control": "private, no-cache, no-store, max-age=0, must-revalidate",
          "content-security-policy": policy,
          "x-request-id": requestId,
        },
      },
    );
  }
  const headers = new Headers(request.headers);
  for (const name of [...headers.keys()]) if (name.startsWith("x-middleware-")) headers.delete(name);
  headers.set("x-nonce", nonce);
  headers.set("x-request-id", requestId);
  // Where to come back to after signing in; parsed by lib/auth/safe-next.ts before use (S18).
  headers.set("x-path", request.nextUrl.pathname + request.nextUrl.search);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  const file = request.nextUrl.pathname.startsWith("/api/attachments/");
  response.headers.set("content-security-policy", file ? filePolicy : mail ? mailPolicy : policy);
  response.headers.set("x-request-id", requestId);
  // The same where a script of the page may read it: an error page names it. What a page asks by the way is not it.
  if (!request.nextUrl.pathname.startsWith("/api/") && !request.headers.has("next-router-prefetch"))
    response.headers.set("server-timing", `request;desc="${requestId}"`);
  return response;
}

/**
 * For a browser that opens a document and brings no session. What Next.js fetches for its own navigation does not
 * ask for HTML, and whoever is signed in gets a rendering of their own.
 */
async function keptPage({ method, headers, cookies, nextUrl }: NextRequest): Promise<string | null> {
  if (method !== "GET" || !headers.get("accept")?.includes("text/html")) return null;
  if (headers.has(renderHeader) || cookies.has(cookieNames.session)) return null;
  const theme = cookies.get("theme")?.value;
  return publicPage(nextUrl.pathname, theme === "light" || theme === "dark" ? theme : undefined);
}

/** S5: the largest form without files is a policy of 256 KB, typed or as a file, with the fields beside it. */
const largestBody = 384 * 1024;
/** With files: `attachments.formBytes` of the configuration and the fields. Next.js takes no more either (next.config.ts). */
const largestWithFiles = 9 * 1024 * 1024;
const takesFiles = /^\/(contact|dev\/mailbox\/write|account\/requests\/[^/]+)$/;

/** What says it is larger is refused before it is read; a form that does not say how large it is, too: no browser sends one. */
function isTooLarge({ method, headers, nextUrl }: NextRequest): boolean {
  const said = headers.get("content-length");
  if (takesFiles.test(nextUrl.pathname)) return Number(said) > largestWithFiles;
  if (transferPath.test(nextUrl.pathname)) return Number(said) > largestPiece;
  const isForm =
    method === "POST" && /^(multipart\/|application\/x-www|text\/plain)/i.test(headers.get("content-type") ?? "");
  return Number(said) > largestBody || (isForm && said === null && headers.has("transfer-encoding"));
}
/** A piece of another provider's package; who sends it is asked before it is read (lib/transfers). */
const largestPiece = 4 * 1024 * 1024;
const transferPath = /^\/api\/v1\/transfers\/[0-9a-f-]{36}\/parts\/\d+$/;

/** Next.js answers an address whose escapes are no UTF-8 with 500 and without our headers. */
function decodes(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

type Words = { title: string; text: string };
/** Said in words, since a person may have pasted a whole file into a form, or half an address. */
const tooLarge: Words = {
  title: "This form is too large",
  text: "It holds more than we take at once, so nothing of it was read or kept. Go back, shorten the text and send it again.",
};
const noAddress: Words = {
  title: "This address is damaged",
  text: 'A part of it cannot be read, perhaps since it was cut off. Copy it once more, or <a href="/">go to the start page</a>.',
};

function refuse(status: number, { title, text }: Words, policy: string): NextResponse {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p>`;
  return new NextResponse(page, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "cache-control": "no-store",
      connection: "close",
    },
  });
}

/** A file that somebody sent is saved and never shown; should a browser show it all the same, nothing runs or loads. */
const filePolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; " +
  "sandbox allow-popups allow-popups-to-escape-sandbox";

/**
 * Nor is what the platform asks before each use: an answer of a hundred bytes for a program, with no page, body or cookie for anything
 * here to guard, hundreds a second. An address with escapes in it comes here like every other.
 */
export const config = {
  matcher: ["/((?!_next/static/|favicon\\.ico$|icon\\.svg$|look\\.css$|api/v1/processing/[\\w.~-]+$).*)"],
};
