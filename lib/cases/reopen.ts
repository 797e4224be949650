import { and, eq, isNull, ne } from "drizzle-orm";
import { cases, deletions } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { type CaseRow, changeCase } from "./change-case";
import { endedWithAnswer } from "./end-case";
import { plannedIn } from "./plan-deletion";
import { recordEvent } from "./record-event";
import { resumeClocks } from "./run-clocks";
import { stillOnDesk } from "./still-on-desk";

/**
 * Opens a closed, locked case again. What was decided stays on the timeline. The statutory clocks run
 * on from their beginning only when the decision itself is taken back; a new message after a good
 * answer starts the reply clock alone, and an appeal has its own. A reply that was owed when the case ended without one is owed from
 * when it was, since that clock never pauses for us (L1). A cancelled deletion stays cancelled, and one that staff decided stays decided
 * until staff take that back.
 * @returns `passed-on` for what was emptied since a company has it, or the case that it was merged into: nobody could be answered in it
 */
export async function reopenRow(
  tx: Tx,
  row: CaseRow,
  by: "staff" | "message" | "appeal" | "package",
): Promise<Result<null>> {
  if (!row.contact && !row.subjectId) return fail("passed-on");
  // Who was taken for spam heard nothing; who ended it themselves is owed nothing until staff take it up, or from their next message.
  const isReplyOwed = by === "staff" ? !endedWithAnswer(row) : row.declineGround === "spam";
  if (row.kind === "deletion" && row.subjectId) {
    const [other] = await tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(
        and(
          eq(cases.subjectId, row.subjectId),
          eq(cases.kind, "deletion"),
          isNull(cases.closedAt),
          ne(cases.id, row.id),
        ),
      );
    if (other) return fail("conflict");
  }
  // Whoever left since cannot see to it: it is everybody's, or it would wait for them unseen.
  const isNobodys = row.assignedTo !== null && !(await stillOnDesk(tx, row.assignedTo));
  await changeCase(tx, row.id, {
    decidedAt: null,
    decidedBy: null,
    decision: null,
    declineGround: null,
    approvalGround: null,
    closedAt: null,
    ...{ awaitingSubjectAt: null, snoozedUntil: null, mergedInto: null },
    ...(isNobodys ? { assignedTo: null, assignedAt: null } : {}),
  });
  if (by === "staff") {
    const decidedAt = await takeDecisionBack(tx, row.id);
    const stoppedAt = row.closedAt ?? decidedAt;
    if (stoppedAt) await resumeClocks(tx, row.id, stoppedAt);
  }
  if (isReplyOwed && row.closedAt) await resumeClocks(tx, row.id, row.closedAt, ["policy-72h"]);
  const type = by === "appeal" ? "case.appealed" : "case.reopened";
  await recordEvent(tx, { caseId: row.id, type, detail: { by, was: row.decision } });
  return ok(null);
}

/**
 * Staff take back what they decided of the deletion of a locked case: it goes on by itself again. The database refuses anybody else.
 * @returns when that was decided; null when nothing was
 */
export async function takeDecisionBack(tx: Tx, caseId: string): Promise<Temporal.Instant | null> {
  const stood = await decidedStill(tx, caseId);
  if (stood) await tx.db.update(deletions).set({ decidedAt: null }).where(eq(deletions.caseId, caseId));
  return stood;
}

/** When staff decided a deletion that they did not take back since, whether or not its case is open; null when there is none. */
export async function decidedStill(tx: Tx, caseId: string): Promise<Temporal.Instant | null> {
  const [stood] = await tx.db.select({ decidedAt: deletions.decidedAt }).from(deletions).where(plannedIn(caseId));
  return stood?.decidedAt ?? null;
}
