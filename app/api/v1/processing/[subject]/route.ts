import { problem } from "@/lib/http/publication";
import { answerQuestion } from "@/lib/processing/answer-question";
import { questionInput } from "@/lib/processing/ask-input";
import { isPlatform } from "@/lib/processing/platform-key";
import { answerView, claimsOf, signAnswer } from "@/lib/processing/signed-answer";

export const dynamic = "force-dynamic";

/** The platform asks before it uses something of one person: `?purpose=` and, for one system, `&system=` (L7, L9). */
export async function GET(request: Request, context: RouteContext<"/api/v1/processing/[subject]">): Promise<Response> {
  if (!isPlatform(request.headers.get("authorization")))
    return problem(401, "Send a key of the platform as a bearer token.");
  const { subject } = await context.params;
  const asked = questionInput.safeParse({ subject, ...Object.fromEntries(new URL(request.url).searchParams) });
  if (!asked.success)
    return problem(400, `Not a question: look at ${String(asked.error.issues[0]?.path[0] ?? "the names")}.`);
  const answer = await answerQuestion(asked.data);
  const view = answerView(asked.data, answer);
  const jws = await signAnswer(claimsOf(view), answer.at);
  return Response.json({ ...view, jws }, { headers: { "cache-control": "no-store" } });
}
