import { systemCtx } from "@/lib/context";
import { log } from "@/lib/log";
import { maxWebhookBytes, receiveWebhook } from "@/lib/notices/receive-webhook";

/** Resend's reports on mails. Its signature is the only key to this door (S27). */
export async function POST(request: Request): Promise<Response> {
  const body = await boundedText(request, maxWebhookBytes);
  if (body === null) return answer(413);
  const outcome = await receiveWebhook(systemCtx("webhook:resend"), body, (name) => request.headers.get(name));
  if (outcome === "forged") return answer(401);
  if (outcome === "malformed") {
    log.warn("a signed report of the mail service could not be read");
    return answer(400);
  }
  return answer(200);
}

const answer = (status: number) => new Response(null, { status, headers: { "cache-control": "no-store" } });

/** The body as text, or null as soon as it is longer than `limit` bytes. */
async function boundedText(request: Request, limit: number): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > limit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
