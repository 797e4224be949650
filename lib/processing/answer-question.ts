import { type Answered, countRefusals, type Found, lookUp, type Question, type Refusal } from "./answer-questions";
import { together } from "./together";

const find = together<Question, Found>((questions) => lookUp({}, questions), { atOnce: 2, most: 500 });
/** Apart from the looks, so that who is allowed does not wait for somebody else's commit. */
const count = together<Refusal, null>(
  async (refusals) => {
    await countRefusals(refusals);
    return refusals.map(() => null);
  },
  { atOnce: 1, most: 500 },
);

/**
 * One question. Those that come in while the database is busy share the next look, and the next commit where they are refused, so
 * that a busy platform costs little more than a quiet one. A refusal is committed before its answer is given.
 */
export async function answerQuestion(question: Question): Promise<Answered> {
  const { answer, refusal } = await find(question);
  if (refusal) await count(refusal);
  return answer;
}
