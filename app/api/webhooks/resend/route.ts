import { systemCtx } from "@/lib/context";
import { boundedText } from "@/lib/http/bounded-text";
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
