import { and, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { caseClocks, cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { courseDue, mayPause, openPause, type Pause, type PauseReason } from "./clock-course";
import { type ClockRule, policyDue } from "./clocks";

type ClockRow = typeof caseClocks.$inferSelect;

/** Colleagues hear of this clock again when it is near or missed (`raiseAlarms`). */
const untold = { nearToldAt: null, missedToldAt: null };

/** What makes a stopped clock run on: who was told of it took it for done since. */
export const runningOn = { stoppedAt: null, ...untold };

const running = (caseId: string) => and(eq(caseClocks.caseId, caseId), isNull(caseClocks.stoppedAt));

/** What became of a stored clock, for clock-course.ts. */
export const courseOf = (row: Pick<ClockRow, "pauses" | "extendedAt">) => ({
  pauses: row.pauses as Pause[],
  extended: row.extendedAt !== null,
});

/** Stops running clocks of a case: the named rules, or all. What stood still until then counts as waited. */
export async function stopClocks(tx: Tx, caseId: string, rules?: ClockRule[]): Promise<void> {
  await resumePaused(tx, caseId, rules);
  await tx.db
    .update(caseClocks)
    .set({ stoppedAt: tx.now })
    .where(and(running(caseId), rules ? inArray(caseClocks.rule, rules) : undefined));
}

/**
 * The subject wrote: they are owed a reply within the promise, and a case that was put aside comes back. A clock that
 * already runs stays as it is, since a second message must not give us more time.
 */
export async function startReplyClock(tx: Tx, caseId: string, from = tx.now): Promise<void> {
  await tx.db
    .insert(caseClocks)
    .values({ id: newId(), caseId, rule: "policy-72h", startedAt: from, dueAt: policyDue(from) })
    .onConflictDoNothing();
  await tx.db
    .update(cases)
    .set({ snoozedUntil: null })
    .where(and(eq(cases.id, caseId), isNotNull(cases.snoozedUntil)));
}

/** What ended a case was taken back: the clocks that it stopped run on from where they began, the statutory ones or those named. */
export async function resumeClocks(
  tx: Tx,
  caseId: string,
  stoppedAt: Temporal.Instant,
  rules: ClockRule[] = ["gdpr-1m", "ccpa-45d"],
): Promise<void> {
  await tx.db
    .update(caseClocks)
    .set(runningOn)
    .where(and(eq(caseClocks.caseId, caseId), eq(caseClocks.stoppedAt, stoppedAt), inArray(caseClocks.rule, rules)));
}

/** Lets those running clocks of a locked case stand still that may (L1). @returns how many do now */
export async function pauseRunning(tx: Tx, caseId: string, reason: PauseReason): Promise<number> {
  const rows = await tx.db.select().from(caseClocks).where(running(caseId));
  const due = rows.filter(({ rule, startedAt, pauses }) =>
    mayPause(rule, { startedAt, askedAt: tx.now, pauses: pauses as Pause[] }),
  );
  for (const row of due) await setCourse(tx, row, { pauses: [...row.pauses, { from: tx.now.toString(), reason }] });
  return due.length;
}

/** Lets paused clocks of a locked case go on, due as much later as they stood still. @returns how many go on */
export async function resumePaused(tx: Tx, caseId: string, rules?: ClockRule[]): Promise<number> {
  const rows = await tx.db
    .select()
    .from(caseClocks)
    .where(and(running(caseId), rules ? inArray(caseClocks.rule, rules) : undefined, sql`pauses <> '[]'::jsonb`));
  const paused = rows.filter(({ pauses }) => openPause(pauses as Pause[]));
  for (const row of paused) {
    const pauses = row.pauses.map((one) => (one.until === undefined ? { ...one, until: tx.now.toString() } : one));
    await setCourse(tx, row, { pauses });
  }
  return paused.length;
}

/** Changes what became of a clock, and with it when it is due. A later end is told of anew. */
export async function setCourse(
  tx: Tx,
  row: ClockRow,
  change: { pauses: ClockRow["pauses"] } | { extendedAt: Temporal.Instant },
): Promise<Temporal.Instant> {
  const dueAt = courseDue(row.rule, row.startedAt, courseOf({ ...row, ...change }));
  await tx.db
    .update(caseClocks)
    .set({ ...change, dueAt, ...(Temporal.Instant.compare(dueAt, row.dueAt) > 0 ? untold : {}) })
    .where(eq(caseClocks.id, row.id));
  return dueAt;
}
