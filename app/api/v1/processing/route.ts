import { systemCtx } from "@/lib/context";
import { boundedText } from "@/lib/http/bounded-text";
import { problem } from "@/lib/http/publication";
import { answerQuestions } from "@/lib/processing/answer-questions";
import { maxQuestionBytes, questionsInput } from "@/lib/processing/ask-input";
import { isPlatform } from "@/lib/processing/platform-key";
import { answerView, claimsOf, signAnswer } from "@/lib/processing/signed-answer";

/** Up to a thousand questions at once, `{ "questions": [{ "subject", "purpose", "system"? }] }`; answered in their order, signed once. */
export async function POST(request: Request): Promise<Response> {
  if (!isPlatform(request.headers.get("authorization")))
    return problem(401, "Send a key of the platform as a bearer token.");
  const body = await boundedText(request, maxQuestionBytes);
  if (body === null) return problem(413, `A body holds at most ${maxQuestionBytes} bytes; ask in several.`);
  const asked = questionsInput.safeParse(parseJson(body));
  if (!asked.success)
    return problem(400, `Not a list of questions: look at ${asked.error.issues[0]?.path.join(".") || "the body"}.`);
  const { questions } = asked.data;
  const answers = await answerQuestions(systemCtx("api:processing"), questions);
  const views = questions.flatMap((question, at) => (answers[at] ? [answerView(question, answers[at])] : []));
  const jws = await signAnswer({ answers: views.map(claimsOf) }, answers[0]?.at ?? Temporal.Now.instant());
  return Response.json({ answers: views, jws }, { headers: { "cache-control": "no-store" } });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
