import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { processingRefusals } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { type Answer, mayProcess } from "./may-process";
import type { Purpose } from "./purposes";
import { standingOfSubjects } from "./standing";

/** What the platform asks before it uses something: may I, with this person's data, for this, here? */
export type Question = {
  /** The platform's own id of the person. */
  subject: string;
  purpose: Purpose;
  /** A system of the data map; null: wherever it may be. */
  system: string | null;
};

export type Answered = Answer & { at: Temporal.Instant };

/**
 * Answers questions of the platform from what stands now. Each refusal is counted for its person, use and day in the same
 * transaction, so none is given that the person does not see, whatever dies (a lost answer counts too). Who is not known here has
 * no limit, like whoever is known and asked for none.
 * @returns in the order of the questions
 */
export async function answerQuestions(ctx: Ctx, questions: readonly Question[]): Promise<Answered[]> {
  return withTransaction(ctx, async (tx) => {
    const known = await standingOfSubjects(tx, [...new Set(questions.map(({ subject }) => subject))]);
    const refusals: Refusals = new Map();
    const answers = questions.map(({ subject, purpose, system }): Answered => {
      const records = known.get(subject) ?? [];
      const answer = mayProcess(records, purpose, system, tx.now);
      if (!answer.allowed)
        for (const personId of new Set(records.map((one) => one.personId))) count(refusals, personId, purpose);
      return { ...answer, at: tx.now };
    });
    await store(tx, refusals);
    return answers;
  });
}

type Refusals = Map<string, { personId: string; purpose: Purpose; count: number }>;

function count(refusals: Refusals, personId: string, purpose: Purpose): void {
  const key = `${personId} ${purpose}`;
  refusals.set(key, { personId, purpose, count: (refusals.get(key)?.count ?? 0) + 1 });
}

async function store(tx: Tx, refusals: Refusals): Promise<void> {
  if (refusals.size === 0) return;
  // Always in one order, so that two processes wait for one another and never in a circle.
  const sorted = [...refusals].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const day = tx.now.toString().slice(0, 10);
  await tx.db
    .insert(processingRefusals)
    .values(sorted.map((one) => ({ ...one, day, lastAt: tx.now })))
    .onConflictDoUpdate({
      target: [processingRefusals.personId, processingRefusals.purpose, processingRefusals.day],
      set: {
        count: sql`${processingRefusals.count} + excluded.count`,
        lastAt: sql`greatest(${processingRefusals.lastAt}, excluded.last_at)`,
      },
    });
}
