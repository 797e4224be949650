import type { APIResponse } from "@playwright/test";

/**
 * What an answer means for who asked: `shown`, `missing`, `forbidden`, the path it leads to
 * (`/sign-in`), the reason of a refused form (`not-found`), or its status.
 */
export async function outcomeOf(response: APIResponse): Promise<string> {
  const status = response.status();
  const location = response.headers().location ?? response.headers()["x-action-redirect"]?.split(";")[0];
  if (location) return new URL(location, response.url()).pathname;
  if (status === 404) return "missing";
  if (status === 403) return "forbidden";
  if (status !== 200) return `status ${status}`;
  const body = await response.text();
  // What was decided after the first bytes were sent is told inside the page.
  const [, streamed] = /<meta id="__next-page-redirect"[^>]*url=([^"]+)"/.exec(body) ?? [];
  if (streamed) return new URL(streamed, response.url()).pathname;
  if (/NEXT_HTTP_ERROR_FALLBACK;404/.test(body)) return "missing";
  if (/NEXT_HTTP_ERROR_FALLBACK;403/.test(body)) return "forbidden";
  const [, reason] = /"reason":"([a-z-]+)"/.exec(body) ?? [];
  if (reason && response.headers()["content-type"]?.startsWith("text/x-component")) return reason;
  return "shown";
}

/** The words a person sees, without the address, ids and times that differ from answer to answer. */
export async function wordsOf(response: APIResponse): Promise<string> {
  const body = await response.text();
  return body
    .replace(/<script[\s\S]*?<\/script>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "ID")
    .replace(/PR-[0-9A-Z]{4}-[0-9A-Z]{4}/g, "REF")
    .replace(/\d+/g, "N")
    .replace(/\s+/g, " ")
    .trim();
}
