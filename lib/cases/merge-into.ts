import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { caseClocks, cases } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";
import type { AskedUses } from "../processing/asked-uses";
import { type CaseRow, changeCase } from "./change-case";
import { mailTargetOf } from "./contact";
import { endCase } from "./end-case";
import { recordEvent } from "./record-event";

/**
 * Closes a locked case that another locked one answers, and leads to it: a reply that it is owed is owed by the other, and who asked
 * is told. Whether the two may be one, the caller knows.
 * @param how.decidedBy the member of staff who merges them; null where nobody does
 * @param how.askedUses what the other is to stop from now on
 */
export async function mergeInto(
  tx: Tx,
  from: CaseRow,
  into: CaseRow,
  { decidedBy, askedUses }: { decidedBy: string | null; askedUses: AskedUses | null },
): Promise<void> {
  const carried = await carryReplyClock(tx, from.id, into.id);
  // What was merged into the one leads to the other from here on: nothing is answered where nobody looks.
  await tx.db.update(cases).set({ mergedInto: into.id }).where(eq(cases.mergedInto, from.id));
  await endCase(tx, from, { decision: "completed", decidedBy, mergedInto: into.id, answers: false });
  // What it said is news in the other: nobody waits for the person, and it is not put aside.
  await changeCase(tx, into.id, { awaitingSubjectAt: null, snoozedUntil: null, askedUses });
  await recordEvent(tx, { caseId: from.id, type: "case.merged", detail: { into: into.reference } });
  await recordEvent(tx, { caseId: into.id, type: "case.took-over", detail: { from: from.reference } });
  await recordAudit(tx, {
    action: "case.merged",
    object: { type: "case", id: from.id },
    payload: { into: into.id, replyCarried: carried },
  });
  const target = await mailTargetOf(tx, from);
  if (!target) return;
  await queueMail(tx, {
    ...{ template: "case-merged", to: target.to, personId: target.personId, kind: "security" },
    props: { reference: from.reference, into: into.reference, kind: from.kind, account: !from.contact },
    idempotencyKey: `case-merged-${from.id}`,
  });
}

/** The reply that the one case is still owed, with the beginning and end it had, unless the other owes one from before. */
async function carryReplyClock(tx: Tx, from: string, to: string): Promise<boolean> {
  const [clock] = await tx.db
    .select()
    .from(caseClocks)
    .where(and(eq(caseClocks.caseId, from), eq(caseClocks.rule, "policy-72h"), isNull(caseClocks.stoppedAt)));
  if (!clock) return false;
  const { rule, startedAt, dueAt } = clock;
  const made = await tx.db
    .insert(caseClocks)
    .values({ id: newId(), caseId: to, rule, startedAt, dueAt })
    .onConflictDoUpdate({
      target: [caseClocks.caseId, caseClocks.rule],
      targetWhere: sql`stopped_at is null`,
      set: { startedAt, dueAt },
      setWhere: gt(caseClocks.startedAt, startedAt),
    });
  return made.count > 0;
}
