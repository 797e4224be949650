import { asc, eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { changeCase, lockCase } from "../cases/change-case";
import { mailTargetOf } from "../cases/contact";
import { recordEvent } from "../cases/record-event";
import { stopClocks } from "../cases/run-clocks";
import { statusPathFor } from "../cases/status-path";
import type { DeclineGround } from "../cases/words";
import { correctionItems } from "../db/schema";
import type { Tx } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";

/**
 * Closes a correction once nothing is left to do about any of its values, and tells the person which were put right and which were
 * not: done, done in part, or declined. Safe to call again.
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
  const { actor } = tx.ctx;
  await stopClocks(tx, caseId);
  await changeCase(tx, caseId, {
    ...{ answeredAt: row.answeredAt ?? tx.now, decidedAt: tx.now, decision, declineGround: ground },
    ...{ decidedBy: actor.kind === "staff" ? actor.staffId : null, closedAt: tx.now, awaitingSubjectAt: null },
  });
  await recordEvent(tx, { caseId, type: "case.decided", detail: { decision, ground } });
  await recordAudit(tx, {
    action: "case.decided",
    object: { type: "case", id: caseId },
    payload: { decision, ground, approved: approved.length, declined: declined.length },
  });
  // What was stopped or given up tells of itself.
  if (decision === "cancelled") return;
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
    idempotencyKey: `correction-settled-${caseId}-${row.revision}`,
  });
}
