import { problemOf } from "../http/publication";
import { answerQuestion } from "./answer-question";
import { askedIn } from "./ask-input";
import { isPlatform } from "./platform-key";
import { answerView, claimsOf, signAnswer } from "./signed-answer";

export type PlainAnswer = { status: number; headers: Record<string, string>; body: string };

const headers = { "content-type": "application/json", "cache-control": "no-store" };

/**
 * The platform asks before it uses something of one person: `?purpose=` and, for one system, `&system=` (L7, L9). In plain values, so
 * that it is the same through Next.js and before it.
 * @throws when the database does not answer: no answer means no
 */
export async function answerRequest(asked: {
  subject: string;
  search: URLSearchParams;
  authorization: string | null;
}): Promise<PlainAnswer> {
  if (!isPlatform(asked.authorization)) return problemOf(401, "Send a key of the platform as a bearer token.");
  const question = askedIn(asked.subject, asked.search);
  if (!question.success)
    return problemOf(400, `Not a question: look at ${String(question.error.issues[0]?.path[0] ?? "the names")}.`);
  const answer = await answerQuestion(question.data);
  const view = answerView(question.data, answer);
  const jws = await signAnswer(claimsOf(view), answer.at);
  return { status: 200, headers, body: JSON.stringify({ ...view, jws }) };
}
