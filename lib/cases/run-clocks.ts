import { and, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import { caseClocks, cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { type ClockRule, policyDue } from "./clocks";

const running = (caseId: string) => and(eq(caseClocks.caseId, caseId), isNull(caseClocks.stoppedAt));

/** Stops running clocks of a case: the named rules, or all. */
export async function stopClocks(tx: Tx, caseId: string, rules?: ClockRule[]): Promise<void> {
  await tx.db
    .update(caseClocks)
    .set({ stoppedAt: tx.now })
    .where(and(running(caseId), rules ? inArray(caseClocks.rule, rules) : undefined));
}

/**
 * The subject wrote: they are owed a reply within the promise, and a case that was put aside comes back. A clock that
 * already runs stays as it is, since a second message must not give us more time.
 */
export async function startReplyClock(tx: Tx, caseId: string): Promise<void> {
  await tx.db
    .insert(caseClocks)
    .values({ id: newId(), caseId, rule: "policy-72h", startedAt: tx.now, dueAt: policyDue(tx.now) })
    .onConflictDoNothing();
  await tx.db
    .update(cases)
    .set({ snoozedUntil: null })
    .where(and(eq(cases.id, caseId), isNotNull(cases.snoozedUntil)));
}

/** A decision was taken back: the statutory clocks it stopped run on from where they began. */
export async function resumeClocks(tx: Tx, caseId: string, stoppedAt: Temporal.Instant): Promise<void> {
  await tx.db
    .update(caseClocks)
    .set({ stoppedAt: null })
    .where(
      and(
        eq(caseClocks.caseId, caseId),
        eq(caseClocks.stoppedAt, stoppedAt),
        inArray(caseClocks.rule, ["gdpr-1m", "ccpa-45d"]),
      ),
    );
}
