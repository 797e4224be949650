import { and, desc, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { caseAppeals } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import type { CaseRow } from "./change-case";
import { keepLimits } from "./keep-limits";
import type { StaffMember } from "./permit";
import { recordEvent } from "./record-event";

export type AppealRow = typeof caseAppeals.$inferSelect;

/** The newest appeal of a case, whatever became of it. */
export async function newestAppeal(tx: Tx, caseId: string): Promise<AppealRow | null> {
  const [row] = await tx.db
    .select()
    .from(caseAppeals)
    .where(eq(caseAppeals.caseId, caseId))
    .orderBy(desc(caseAppeals.appealedAt))
    .limit(1);
  return row ?? null;
}

/** The appeal of a case that waits for its decision; null when there is none. */
export async function openAppealOf(tx: Tx, caseId: string): Promise<AppealRow | null> {
  const [row] = await tx.db
    .select()
    .from(caseAppeals)
    .where(and(eq(caseAppeals.caseId, caseId), isNull(caseAppeals.reviewedAt)));
  return row ?? null;
}

/**
 * Ends the open appeal of a locked case, if there is one, in the transaction of what ends it.
 * @returns `officer-only` and `own-decision` where this member of staff may not (S15)
 */
export async function reviewAppeal(
  tx: Tx,
  row: CaseRow,
  worker: StaffMember,
  outcome: NonNullable<AppealRow["outcome"]>,
): Promise<Result<{ was: AppealRow | null }, "officer-only" | "own-decision">> {
  const appeal = await openAppealOf(tx, row.id);
  if (!appeal) return ok({ was: null });
  if (worker.role !== "officer") return fail("officer-only");
  if (appeal.decidedBy === worker.staffId) return fail("own-decision");
  // First, since the database refuses a decision while an appeal is open.
  await tx.db
    .update(caseAppeals)
    .set({ reviewedBy: worker.staffId, reviewedAt: tx.now, outcome })
    .where(eq(caseAppeals.id, appeal.id));
  if (outcome !== "upheld") await keepLimits(tx, row.id, worker.staffId);
  await recordEvent(tx, { caseId: row.id, type: "case.appeal-decided", detail: { outcome } });
  await recordAudit(tx, {
    action: "case.appeal-decided",
    object: { type: "case", id: row.id },
    payload: { appeal: appeal.id, outcome },
  });
  return ok({ was: appeal });
}
