import { and, eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { deletions, erasureRuns } from "../db/schema";
import type { Tx } from "../db/transaction";
import { noteEnded } from "../erasure/ended-accounts";
import { type Fate, sumOf } from "../erasure/execute";
import { enqueue } from "../jobs/queue";
import { oweErasure } from "../providers/owe-erasure";
import { type CaseRow, changeCase, lockCase } from "./change-case";
import { endCase } from "./end-case";
import { handOverReceipt } from "./hand-over-receipt";
import { recordEvent } from "./record-event";

/** Once every system of a pass is done: what it did is said, and the case ends when nothing was held. Safe to call again. */
export async function finishDeletion(tx: Tx, caseId: string, pass: number): Promise<void> {
  const row = await lockCase(tx, caseId);
  const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, caseId));
  if (!row || !deletion || deletion.endedAt || deletion.pass !== pass) return;
  const sums = await sumsOf(tx, caseId, pass);
  const isEnd = sums.held === 0;
  // Done before, and this pass found as much held still: nothing new to say. Rows that stay and still point at what was emptied are
  // counted again by each pass.
  if (deletion.carriedOutAt && sums.deleted === 0 && !isEnd && sums.held === (await sumsOf(tx, caseId, pass - 1)).held)
    return;
  await tx.db
    .update(deletions)
    .set({ carriedOutAt: deletion.carriedOutAt ?? tx.now, ...(isEnd ? { endedAt: tx.now, identities: null } : {}) })
    .where(eq(deletions.caseId, caseId));
  if (isEnd) await noteEnded(tx, caseId);
  await oweErasure(tx, { caseId, pass, isEnd });
  const what = deletion.carriedOutAt ? "deletion.continued" : "deletion.carried-out";
  await recordEvent(tx, { caseId, type: what, detail: sums });
  await recordAudit(tx, { action: what, object: { type: "case", id: caseId }, payload: sums });
  await handOverReceipt(tx, row);
  if (isEnd) return closeAsDone(tx, row);
  await changeCase(tx, caseId, {});
  // What kept something back may have ended while this was at work.
  await enqueue(tx, "deletion.resume", {});
}

async function sumsOf(tx: Tx, caseId: string, pass: number): Promise<ReturnType<typeof sumOf>> {
  const runs = await tx.db
    .select({ fates: erasureRuns.fates })
    .from(erasureRuns)
    .where(and(eq(erasureRuns.caseId, caseId), eq(erasureRuns.pass, pass)));
  return sumOf(runs.flatMap(({ fates }) => fates as Fate[]));
}

/** Nothing is left for staff: what the engine did is the answer, and the receipt says it. */
async function closeAsDone(tx: Tx, row: CaseRow): Promise<void> {
  // They are forgotten here too once nothing else is open.
  await enqueue(tx, "deletion.resume", {});
  if (row.closedAt) return changeCase(tx, row.id, {});
  await endCase(tx, row, { decision: "approved", decidedBy: null, answers: true });
  await recordEvent(tx, { caseId: row.id, type: "case.decided", detail: { decision: "approved" } });
}
