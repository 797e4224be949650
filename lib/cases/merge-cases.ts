import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { caseClocks } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";
import { type CaseRow, caseAt, changeCase } from "./change-case";
import { mailTargetOf } from "./contact";
import { isDecidedApart } from "./decided-apart";
import { isDuplicate, isOlder } from "./duplicates";
import { endCase } from "./end-case";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { openAppealOf } from "./review-appeal";

const revision = z.coerce.number().int().min(0);
/** Two cases in either order: the younger always goes into the older. */
export const mergeCasesInput = z.object({
  caseId: z.uuid(),
  revision,
  otherId: z.uuid(),
  otherRevision: revision,
});
export type MergeCasesInput = z.input<typeof mergeCasesInput>;

/**
 * Answers two open cases of one kind, by one person or address, as one: the younger is closed and leads to the older, whose
 * clocks count. A reply that only the younger was owed is owed by the older from when the younger was, so that merging
 * gains us no time. Its thread stays where it is and is shown with the older's. The person is told once.
 */
export async function mergeCases(ctx: Ctx, input: MergeCasesInput): Promise<Result<{ into: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = mergeCasesInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { data } = parsed;

  return withPower(ctx, async (tx) => {
    // Locked in the order of their ids, so that two people merging at once do not wait for each other.
    const asked = [
      { id: data.caseId, revision: data.revision },
      { id: data.otherId, revision: data.otherRevision },
    ].sort((a, b) => (a.id < b.id ? -1 : 1));
    const rows: CaseRow[] = [];
    for (const one of asked) {
      const found = await caseAt(tx, one.id, one.revision);
      if (!found.ok) return found;
      rows.push(found.value);
    }
    const [a, b] = rows as [CaseRow, CaseRow];
    if (!isDuplicate(a, b)) return fail("not-mergeable");
    const [older, younger] = isOlder(a, b) ? [a, b] : [b, a];
    if (!(await canBeAnsweredElsewhere(tx, older, younger))) return fail("not-mergeable");
    if ((await isDecidedApart(tx, younger)) || (await openAppealOf(tx, younger.id))) return fail("not-mergeable");
    const carried = await carryReplyClock(tx, younger.id, older.id);
    const ending = { decision: "completed", decidedBy: worker.staffId, mergedInto: older.id } as const;
    await endCase(tx, younger, { ...ending, answers: false });
    // What the younger one said is news in the older: nobody waits for the person, and it is not put aside.
    await changeCase(tx, older.id, { awaitingSubjectAt: null, snoozedUntil: null });
    await recordEvent(tx, { caseId: younger.id, type: "case.merged", detail: { into: older.reference } });
    await recordEvent(tx, { caseId: older.id, type: "case.took-over", detail: { from: younger.reference } });
    await recordAudit(tx, {
      action: "case.merged",
      object: { type: "case", id: younger.id },
      payload: { into: older.id, replyCarried: carried },
    });
    const target = await mailTargetOf(tx, younger);
    if (target)
      await queueMail(tx, {
        template: "case-merged",
        to: target.to,
        personId: target.personId,
        kind: "security",
        props: { reference: younger.reference, into: older.reference, kind: younger.kind, account: !younger.contact },
        idempotencyKey: `case-merged-${younger.id}`,
      });
    return ok({ into: older.id });
  });
}

/** An agent's request stays the agent's; a planned deletion and a package that is being made stay with their case. */
async function canBeAnsweredElsewhere(tx: Tx, older: CaseRow, younger: CaseRow): Promise<boolean> {
  const [kept] = await tx.db.execute(sql`
    select 1 from agent_permissions where case_id in (${older.id}, ${younger.id}) and withdrawn_at is null
    union all select 1 from deletions where case_id = ${younger.id} and cancelled_at is null
    union all select 1 from packages where case_id = ${younger.id}
      and ready_at is null and failed_at is null and stopped_at is null limit 1`);
  return kept === undefined;
}

/** The reply that the younger case is still owed, when the older owes none: with the beginning and end it had. */
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
    .onConflictDoNothing();
  return made.count > 0;
}
