import { systemCtx } from "@/lib/context";
import { boundedText } from "@/lib/http/bounded-text";
import { problem } from "@/lib/http/publication";
import { maxReportBytes, reportAcknowledgements } from "@/lib/policy/report-acknowledgements";

/** The platform's reports of first uses after a policy version took effect. The signature is the only key (W1, S27). */
export async function POST(request: Request): Promise<Response> {
  const body = await boundedText(request, maxReportBytes);
  if (body === null) return problem(413, `A report holds at most ${maxReportBytes} bytes; send it in several.`);
  const answer = await reportAcknowledgements(systemCtx("webhook:platform"), body, (name) => request.headers.get(name));
  if (answer.kind === "forged")
    return problem(401, "The signature, its time or its id is not as Standard Webhooks 1.0 asks.");
  if (answer.kind === "malformed")
    return problem(400, `Not an acknowledgement, or a list of them: look at ${answer.where}.`);
  const said =
    answer.kind === "replayed"
      ? { replayed: true, recorded: 0, known: 0, refused: [] }
      : { ...answer, kind: undefined };
  return Response.json(said, { headers: { "cache-control": "no-store" } });
}
