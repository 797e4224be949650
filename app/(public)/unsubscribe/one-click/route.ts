import { visitorCtx } from "@/lib/context";
import { readSubscriptionToken } from "@/lib/mail/subscription-token";
import { unsubscribe } from "@/lib/mail/unsubscribe";
import { endSubscription } from "@/lib/notices/end-subscription";

/**
 * RFC 8058: a mail program POSTs `List-Unsubscribe=One-Click` here, without cookies or questions. A GET
 * (a scanner, or a person who copied the address) changes nothing and leads to the page with the button.
 */
export async function POST(request: Request): Promise<Response> {
  const token = new URL(request.url).searchParams.get("token") ?? "";
  // The body says what the address already does; programs send it in several forms, so it is not parsed.
  const end = readSubscriptionToken(token) ? endSubscription : unsubscribe;
  const result = await end(visitorCtx(), { token });
  return answer(result.ok ? 200 : 404);
}

export function GET(request: Request): Response {
  const token = new URL(request.url).searchParams.get("token") ?? "";
  return answer(303, { location: `/unsubscribe?${new URLSearchParams({ token })}` });
}

const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers: { "cache-control": "no-store", ...headers } });
