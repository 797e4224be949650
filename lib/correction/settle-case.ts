import { asc, eq, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { type CaseRow, lockCase } from "../cases/change-case";
import { mailTargetOf } from "../cases/contact";
import { endCase } from "../cases/end-case";
import { recordEvent } from "../cases/record-event";
import { statusPathFor } from "../cases/status-path";
import type { DeclineGround } from "../cases/words";
import { correctionItems } from "../db/schema";
import type { Tx } from "../db/transaction";
import { timestamptz } from "../db/types";
import { queueMail } from "../mail/queue-mail";

type Item = typeof correctionItems.$inferSelect;

/**
 * Once nothing is left to do about any of a correction's values, tells the person which were put right and which were not, and closes
 * it: done, done in part, or declined. What they wrote in words and nobody has read may ask for more to be put right, so then it stays
 * open for staff with every clock, the law's as well. Safe to call again.
 */
export async function settleCase(tx: Tx, caseId: string): Promise<void> {
  const row = await lockCase(tx, caseId);
  if (!row || row.closedAt) return;
  const items = await tx.db
    .select()
    .from(correctionItems)
    .where(eq(correctionItems.caseId, caseId))
    .orderBy(asc(correctionItems.position));
  if (items.length === 0 || items.some(({ settledAt }) => settledAt === null)) return;
  const approved = items.filter(({ decision }) => decision === "approved");
  const declined = items.filter(({ decision }) => decision === "declined");
  const refused = declined.length > 0 ? "declined" : "cancelled";
  const decision = approved.length === 0 ? refused : declined.length > 0 ? "partly" : "approved";
  const ground = declined[0]?.ground ?? null;
  // What was stopped or given up tells of itself.
  if (decision !== "cancelled") await tell(tx, row, approved, declined);
  if (await hasUnreadWords(tx, caseId, items)) return;
  const { actor } = tx.ctx;
  const decidedBy = actor.kind === "staff" ? actor.staffId : null;
  await endCase(tx, row, { decision, decidedBy, declineGround: ground, answers: true });
  await recordEvent(tx, { caseId, type: "case.decided", detail: { decision, ground } });
  await recordAudit(tx, {
    action: "case.decided",
    object: { type: "case", id: caseId },
    payload: { decision, ground, approved: approved.length, declined: declined.length },
  });
}

/**
 * Whether the person wrote something, here or in a case that this one took over, that is owed a reply and that nobody had before them
 * when they decided a value. The engine and the rules of the map read no words.
 */
async function hasUnreadWords(tx: Tx, caseId: string, items: readonly Item[]): Promise<boolean> {
  const looks = items.flatMap(({ decidedBy, decidedAt }) => (decidedBy && decidedAt ? [decidedAt] : []));
  const seen = looks.toSorted(Temporal.Instant.compare).at(-1);
  const [unread] = await tx.db.execute(sql`
    select 1 from cases c join case_messages m on m.case_id = c.id and m.author = 'subject'
    where (c.id = ${caseId} or c.merged_into = ${caseId})
      and greatest(m.at, c.closed_at) > ${seen ? timestamptz(seen) : sql`'-infinity'::timestamptz`}
      and exists (select 1 from case_clocks k where k.case_id = ${caseId} and k.rule = 'policy-72h' and k.stopped_at is null)
    limit 1`);
  return unread !== undefined;
}

async function tell(tx: Tx, row: CaseRow, approved: readonly Item[], declined: readonly Item[]): Promise<void> {
  const target = await mailTargetOf(tx, row);
  if (!target) return;
  await queueMail(tx, {
    template: "correction-settled",
    to: target.to,
    personId: target.personId,
    // The answer to a right is owed; no preference turns it off.
    kind: "security",
    props: {
      reference: row.reference,
      corrected: approved.map(({ label }) => label),
      declined: declined.map(({ label, ground: why }) => ({ label, ground: why as DeclineGround })),
      // Old and new stand in the person's account; an agent, who has none, reads on the status page that it is done.
      statusPath: target.personId === null ? await statusPathFor(tx, row) : null,
    },
    idempotencyKey: `correction-settled-${row.id}-${row.revision}`,
  });
}
