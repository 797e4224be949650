import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { caseEvents, caseMessages, packages, transfers } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { changeCase, lockCase } from "./change-case";
import { endCase } from "./end-case";
import { recordEvent } from "./record-event";
import { reopenRow } from "./reopen";
import { startReplyClock, stopClocks } from "./run-clocks";

/**
 * Closes an access or portability case once its package lies ready: the package is the answer, so
 * every clock stops. Called by the job that wrote it; a package that is not ready, or a case that is
 * closed, changes nothing (R2). A message of the subject that nobody answered keeps the case open.
 */
export async function completeDataRequest(ctx: Ctx, input: { packageId: string }): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [pack] = await tx.db.select().from(packages).where(eq(packages.id, input.packageId));
    if (pack?.heldAt && !pack.readyAt) return noteHeld(tx, pack);
    if (!pack?.readyAt || (await isOnItsWay(tx, pack.id))) return;
    const row = await lockCase(tx, pack.caseId);
    if (!row || row.closedAt || (row.kind !== "access" && row.kind !== "portability")) return;
    const [last] = await tx.db
      .select({ author: caseMessages.author })
      .from(caseMessages)
      .where(and(eq(caseMessages.caseId, row.id), eq(caseMessages.internal, false)))
      .orderBy(desc(caseMessages.at))
      .limit(1);
    // They wrote something in the meantime: the package does not answer that, a person does.
    if (last?.author === "subject") {
      await stopClocks(tx, row.id, ["gdpr-1m", "ccpa-45d"]);
      await recordEvent(tx, { caseId: row.id, type: "package.ready", detail: { packageId: pack.id } });
      return;
    }
    await endCase(tx, row, { decision: "completed", decidedBy: null, answers: true });
    await recordEvent(tx, { caseId: row.id, type: "package.ready", detail: { packageId: pack.id } });
    await recordAudit(tx, {
      action: "case.completed",
      object: { type: "case", id: row.id },
      payload: { packageId: pack.id },
    });
  });
}

/** Both sides see that it is being checked; said once, however often it is written anew. */
async function noteHeld(tx: Tx, pack: typeof packages.$inferSelect): Promise<void> {
  const row = await lockCase(tx, pack.caseId);
  if (!row) return;
  // Made again after its request was closed: it is open until the package is handed out, or nobody would look at it.
  if (row.closedAt) {
    if (Temporal.Instant.compare(pack.requestedAt, row.closedAt) <= 0) return;
    const reopened = await reopenRow(tx, row, "package");
    if (!reopened.ok) return;
    await startReplyClock(tx, row.id);
  }
  const [said] = await tx.db
    .select({ id: caseEvents.id })
    .from(caseEvents)
    .where(
      and(
        eq(caseEvents.caseId, row.id),
        eq(caseEvents.type, "package.held"),
        sql`${caseEvents.detail}->>'packageId' = ${pack.id}`,
      ),
    );
  if (said) return;
  await changeCase(tx, row.id, { snoozedUntil: null });
  await recordEvent(tx, { caseId: row.id, type: "package.held", detail: { packageId: pack.id } });
}

/** A package that is being sent to another provider answers the request once it arrived, or cannot be sent at all. */
async function isOnItsWay(tx: Tx, packageId: string): Promise<boolean> {
  const [open] = await tx.db
    .select({ id: transfers.id })
    .from(transfers)
    .where(
      and(
        eq(transfers.packageId, packageId),
        isNull(transfers.arrivedAt),
        isNull(transfers.failedAt),
        isNull(transfers.revokedAt),
      ),
    );
  return open !== undefined;
}
