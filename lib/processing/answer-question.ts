import { systemCtx } from "../context";
import { type Answered, answerQuestions, type Question } from "./answer-questions";

type Waiting = { question: Question; done: (answer: Answered) => void; failed: (error: unknown) => void };

const waiting: Waiting[] = [];
let running = 0;
/** Transactions at once in one process; what comes in meanwhile is answered together by the next. */
const atOnce = 2;
const mostTogether = 500;

/**
 * One question. Those that come in while the database is busy share the next transaction: one look and one commit for all of them,
 * so that a busy platform costs little more than a quiet one. Nothing waits for company.
 */
export function answerQuestion(question: Question): Promise<Answered> {
  const answer = new Promise<Answered>((done, failed) => {
    waiting.push({ question, done, failed });
  });
  if (running < atOnce) void work();
  return answer;
}

async function work(): Promise<void> {
  running++;
  try {
    for (let batch = waiting.splice(0, mostTogether); batch.length > 0; batch = waiting.splice(0, mostTogether)) {
      try {
        const answers = await answerQuestions(
          systemCtx("api:processing"),
          batch.map(({ question }) => question),
        );
        for (const [index, one] of batch.entries()) one.done(answers[index] as Answered);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
  } finally {
    running--;
  }
}
