import { and, asc, eq, gt, isNull, ne, sql } from "drizzle-orm";
import { caseClocks, caseEvents, caseMessages, cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { CaseRow } from "./change-case";

/**
 * A reply was taken out of view. What it answered is answered by the next one that stands, from when that was written; without
 * one it is owed as from the beginning, so a clock may be late at once, and withdrawing gains us no time.
 * @param reply whose words are marked as withdrawn already
 * @returns whether the reply is owed again
 */
export async function oweReplyAgain(tx: Tx, row: CaseRow, reply: typeof caseMessages.$inferSelect): Promise<boolean> {
  const next = (await nextReply(tx, row.id, reply.at)) ?? row.closedAt;
  const isFirst = row.answeredAt !== null && Temporal.Instant.compare(row.answeredAt, reply.at) === 0;
  if (isFirst) await tx.db.update(cases).set({ answeredAt: next }).where(eq(cases.id, row.id));
  // What it asked back is not asked any more.
  if (row.awaitingSubjectAt && Temporal.Instant.compare(row.awaitingSubjectAt, reply.at) === 0)
    await tx.db.update(cases).set({ awaitingSubjectAt: null }).where(eq(cases.id, row.id));
  const replyClock = and(eq(caseClocks.caseId, row.id), eq(caseClocks.rule, "policy-72h"));
  const [stopped] = await tx.db
    .select()
    .from(caseClocks)
    .where(and(replyClock, eq(caseClocks.stoppedAt, reply.at)));
  if (!stopped) return false;
  if (next) {
    await tx.db.update(caseClocks).set({ stoppedAt: next }).where(eq(caseClocks.id, stopped.id));
    return false;
  }
  // One reply is owed at a time: one that runs takes the earlier beginning and end.
  const { startedAt, dueAt } = stopped;
  const running = await tx.db
    .update(caseClocks)
    .set({ startedAt, dueAt })
    .where(and(replyClock, isNull(caseClocks.stoppedAt)))
    .returning({ id: caseClocks.id });
  if (running.length === 0)
    await tx.db.update(caseClocks).set({ stoppedAt: null }).where(eq(caseClocks.id, stopped.id));
  return true;
}

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
        sql`(${caseEvents.type} = 'case.decided' or ${caseEvents.type} = 'reply.sent' and ${caseEvents.detail}->>'asksBack' = 'false')`,
        sql`not exists (select 1 from message_redactions r where r.message_id = ${caseMessages.id} and r.whole)`,
        ne(caseMessages.internal, true),
      ),
    )
    .orderBy(asc(caseMessages.at))
    .limit(1);
  return found?.at ?? null;
}
