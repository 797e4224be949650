import { and, asc, eq, isNull, lte, or, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { cases } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { recordEvent } from "./record-event";

/**
 * Job, every minute: brings cases back whose time is over, and those whose earliest clock came nearer since they were put
 * aside. What is back is not found again, so a second run does nothing. Its revision stays: nothing a form could
 * contradict has changed.
 */
export async function wakeSnoozed(ctx: Ctx): Promise<{ woken: number }> {
  return withTransaction(ctx, async (tx) => {
    const near = timestamptz(tx.now.add({ hours: config.desk.snoozeMarginHours }));
    const due = await tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(
        and(
          isNull(cases.closedAt),
          sql`${cases.snoozedUntil} is not null`,
          or(lte(cases.snoozedUntil, tx.now), sql`${cases.nextDueAt} <= ${near}`),
        ),
      )
      .orderBy(asc(cases.snoozedUntil))
      .limit(1000)
      .for("update", { skipLocked: true });
    for (const { id } of due) {
      await tx.db.update(cases).set({ snoozedUntil: null }).where(eq(cases.id, id));
      await recordEvent(tx, { caseId: id, type: "case.woken", internal: true });
      await recordAudit(tx, { action: "case.woken", object: { type: "case", id } });
    }
    return { woken: due.length };
  });
}
