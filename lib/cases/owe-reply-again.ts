import { and, asc, eq, gt, inArray, isNull, ne, sql } from "drizzle-orm";
import { caseClocks, caseEvents, caseMessages, cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { type CaseRow, changeCase } from "./change-case";
import { endedWithAnswer } from "./end-case";
import { answeringCase } from "./merged";
import type { CaseEventType } from "./record-event";
import { runningOn } from "./run-clocks";

/**
 * A reply was taken out of view. What it answered is answered by the next one that stands, from when that was written; without
 * one it is owed as from the beginning, so a clock may be late at once, and withdrawing gains us no time. A case that was merged is
 * owed it in the older. One that ended without an answer, as spam or by the person, ends as it would have without the reply.
 * @param reply whose words are marked as withdrawn already
 * @returns whether the reply is owed again
 */
export async function oweReplyAgain(tx: Tx, row: CaseRow, reply: typeof caseMessages.$inferSelect): Promise<boolean> {
  const answering = await answeringCase(tx, row);
  // What the older answered before the merge was its own question.
  const elsewhere = answering.id !== row.id && row.closedAt ? await nextReply(tx, answering.id, row.closedAt) : null;
  const end = endedWithAnswer(answering) ? answering.closedAt : null;
  const next = (await nextReply(tx, row.id, reply.at)) ?? elsewhere ?? end;
  const isFirst = row.answeredAt !== null && Temporal.Instant.compare(row.answeredAt, reply.at) === 0;
  if (isFirst) await tx.db.update(cases).set({ answeredAt: next }).where(eq(cases.id, row.id));
  // What it asked back is not asked any more.
  if (row.awaitingSubjectAt && Temporal.Instant.compare(row.awaitingSubjectAt, reply.at) === 0)
    await tx.db.update(cases).set({ awaitingSubjectAt: null }).where(eq(cases.id, row.id));
  const [stopped] = await tx.db
    .select()
    .from(caseClocks)
    .where(and(replyClock(row.id), eq(caseClocks.stoppedAt, reply.at)));
  if (!stopped) return false;
  const isOwed = next === null && answering.closedAt === null;
  const stays = isOwed && answering.id === row.id;
  if (!stays) {
    const stoppedAt = next ?? row.closedAt ?? answering.closedAt;
    await tx.db.update(caseClocks).set({ stoppedAt }).where(eq(caseClocks.id, stopped.id));
  }
  if (isOwed) await runAgain(tx, answering, stopped);
  return isOwed;
}

const replyClock = (caseId: string) => and(eq(caseClocks.caseId, caseId), eq(caseClocks.rule, "policy-72h"));

/** One reply is owed at a time: a clock that runs takes the earlier beginning and end. */
async function runAgain(tx: Tx, { id: caseId }: CaseRow, stopped: typeof caseClocks.$inferSelect): Promise<void> {
  const { rule, startedAt, dueAt } = stopped;
  const [running] = await tx.db
    .select()
    .from(caseClocks)
    .where(and(replyClock(caseId), isNull(caseClocks.stoppedAt)));
  if (running) {
    if (Temporal.Instant.compare(startedAt, running.startedAt) < 0)
      await tx.db.update(caseClocks).set({ startedAt, dueAt }).where(eq(caseClocks.id, running.id));
    return;
  }
  if (stopped.caseId === caseId) await tx.db.update(caseClocks).set(runningOn).where(eq(caseClocks.id, stopped.id));
  else {
    await tx.db.insert(caseClocks).values({ id: newId(), caseId, rule, startedAt, dueAt });
    // It is news there: nobody puts it aside.
    await changeCase(tx, caseId, { snoozedUntil: null });
  }
}

/** Events whose words answer: the case's decision, and what answers a part of it (`answerInWords`). */
const answers: CaseEventType[] = ["case.decided", "processing.decided", "correction.declined", "correction.proposed"];

/** When the next reply was written that answers and still stands; null without one. */
async function nextReply(tx: Tx, caseId: string, after: Temporal.Instant): Promise<Temporal.Instant | null> {
  const [found] = await tx.db
    .select({ at: caseMessages.at })
    .from(caseMessages)
    .innerJoin(
      caseEvents,
      and(
        eq(caseEvents.caseId, caseMessages.caseId),
        sql`${caseEvents.detail}->>'messageId' = ${caseMessages.id}::text`,
      ),
    )
    .where(
      and(
        eq(caseMessages.caseId, caseId),
        gt(caseMessages.at, after),
        sql`(${inArray(caseEvents.type, answers)} or ${caseEvents.type} = 'reply.sent' and ${caseEvents.detail}->>'asksBack' = 'false')`,
        sql`not exists (select 1 from message_redactions r where r.message_id = ${caseMessages.id} and r.whole)`,
        ne(caseMessages.internal, true),
      ),
    )
    .orderBy(asc(caseMessages.at))
    .limit(1);
  return found?.at ?? null;
}
