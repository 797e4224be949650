import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { askDatabase } from "../db/transaction";
import { textArray } from "../db/types";
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

/** One refusal: for whose account, and who first said something about that which stands. */
export type Refusal = { personId: string; subject: string; purpose: Purpose; at: Temporal.Instant };

/**
 * Answers questions of the platform from what stands now. Each refusal is counted for its account, use and day before the answer is
 * given, so none is given that the person does not see, whatever dies (a lost answer counts too). Who is not known here has no limit,
 * like whoever is known and asked for none.
 * @returns in the order of the questions
 */
export async function answerQuestions(ctx: Ctx, questions: readonly Question[]): Promise<Answered[]> {
  const found = await lookUp(ctx, questions);
  await countRefusals(found.flatMap(({ refusal }) => refusal ?? []));
  return found.map(({ answer }) => answer);
}

/** An answer, and the refusal that has to be counted before it is given. */
export type Found = { answer: Answered; refusal: Refusal | null };

/** What the answers are, with nothing written yet. */
export async function lookUp(ctx: Pick<Ctx, "clock">, questions: readonly Question[]): Promise<Found[]> {
  const { at: now, standing } = await standingOfSubjects([...new Set(questions.map(({ subject }) => subject))]);
  const at = ctx.clock ? ctx.clock() : now;
  return questions.map(({ subject, purpose, system }) => {
    const records = standing.get(subject) ?? [];
    const answer = mayProcess(records, purpose, system, at);
    const personId = records[0]?.personId;
    return {
      answer: { ...answer, at },
      refusal: answer.allowed || !personId ? null : { personId, subject, purpose, at },
    };
  });
}

/** Counts refusals, those of one account, use and day together; done when they are committed. */
export async function countRefusals(refusals: readonly Refusal[]): Promise<void> {
  const days = Map.groupBy(refusals, ({ at }) => at.toString().slice(0, 10));
  for (const [day, ofDay] of days) {
    const alike = [
      ...Map.groupBy(ofDay, ({ personId, subject, purpose }) => `${personId} ${purpose} ${subject}`).values(),
    ];
    const each = (pick: (one: Refusal) => string) => textArray(alike.map(([first]) => pick(first as Refusal)));
    const last = ofDay.map(({ at }) => at).reduce((a, b) => (Temporal.Instant.compare(a, b) < 0 ? b : a));
    await askDatabase(sql`select tc_count_refusals(${day}::date, ${last.toString()}::timestamptz, ${each((one) => one.personId)}::uuid[],
      ${each((one) => one.subject)}, ${each((one) => one.purpose)}, ${sql.param(alike.map((all) => all.length))}::int[])`);
  }
}
