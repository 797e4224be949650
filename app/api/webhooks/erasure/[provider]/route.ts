import { systemCtx } from "@/lib/context";
import { boundedText } from "@/lib/http/bounded-text";
import { problem } from "@/lib/http/publication";
import { maxAnswerBytes, receiveAnswer } from "@/lib/providers/receive-answer";

/** Providers' answers about what they erased. The signature with that provider's key is the only one to this door (S27). */
export async function POST(request: Request, { params }: { params: Promise<{ provider: string }> }): Promise<Response> {
  const { provider } = await params;
  const body = await boundedText(request, maxAnswerBytes);
  if (body === null) return problem(413, `An answer holds at most ${maxAnswerBytes} bytes.`);
  const header = (name: string) => request.headers.get(name);
  const outcome = await receiveAnswer(systemCtx("webhook:provider"), { provider, body, header });
  switch (outcome) {
    case "forged":
      return problem(401, "The signature, its time or its id is not as Standard Webhooks 1.0 asks.");
    case "malformed":
      return problem(400, "Not an answer: id, state (erased, nothing-held or kept), and for kept a ground and a day.");
    case "unknown":
      return problem(404, "No message with this id was sent to you.");
    case "contradicts":
      return problem(409, "Another answer to this message is on record.");
    default:
      return Response.json({ known: outcome === "known" }, { headers: { "cache-control": "no-store" } });
  }
}
