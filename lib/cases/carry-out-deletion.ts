import { and, eq, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import type { ReachSubject, Scope } from "../data-map/types";
import { deletions, erasureRuns } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { ErasureRefused } from "../erasure/catalog";
import { inEachSystem } from "../erasure/erase-subject";
import { noteErasure } from "../erasure/note-erasure";
import { type ErasureOrder, eraseInSystem, hasLasted, type Outcome } from "../erasure/run-system";
import { faultPoint } from "../faults";
import { newId } from "../ids";
import { changeCase, lockCase } from "./change-case";
import { findSubject } from "./find-subject";
import { handOverReceipt } from "./hand-over-receipt";
import type { DeletionPreview } from "./preview-deletion";
import { recordEvent } from "./record-event";

/** `subject` is null for somebody whom the platform does not know: nothing is held there. */
type Begun = { reference: string; subject: ReachSubject | null; scope: Scope };

/**
 * Erases what a deletion asked for, in every system of the data map, once its grace period is over. Each system is one
 * transaction there; what it is about to do is noted here before it lasts, so that a run that fell in between is neither done
 * twice nor forgotten, and outside of all databases, so that no restore undoes it (R2, R9). At the end a receipt is made. From the first attempt on nobody can cancel. Does nothing for a case that is closed, cancelled,
 * blocked or done.
 * @throws what stopped it, for the queue to try again: nothing was changed in that system
 */
export async function carryOutDeletion(ctx: Ctx, { caseId }: { caseId: string }): Promise<void> {
  const begun = await withTransaction(ctx, (tx) => begin(tx, caseId));
  if (!begun) return;
  const { reference, subject, scope } = begun;
  if (subject) {
    await noteErasure(ctx, { caseId, reference, subject, scope });
    await inEachSystem({ map: dataMap(), subject, scope, proven: true }, (url, order) =>
      inOneSystem(ctx, caseId, url, order),
    );
  }
  await withTransaction(ctx, (tx) => finish(tx, caseId));
}

async function begin(tx: Tx, caseId: string): Promise<Begun | null> {
  const row = await lockCase(tx, caseId);
  const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, caseId));
  if (!row?.subjectId || row.closedAt || !deletion?.expiredAt || deletion.cancelledAt || deletion.carriedOutAt)
    return null;
  if ((deletion.preview as DeletionPreview).blockers.length > 0) return null;
  const subject = await findSubject(tx, row.subjectId);
  if (!subject) return null;
  await tx.db
    .update(deletions)
    .set({ begunAt: tx.now })
    .where(and(eq(deletions.caseId, caseId), isNull(deletions.begunAt)));
  const { platformUserId, platformCompanyId } = subject;
  return {
    reference: row.reference,
    subject: platformUserId ? { platformUserId, platformCompanyId } : null,
    scope: deletion.scope,
  };
}

async function inOneSystem(ctx: Ctx, caseId: string, url: string, order: ErasureOrder): Promise<Outcome> {
  const system = order.system.name;
  const run = await withTransaction(ctx, async (tx) => {
    const [made] = await tx.db
      .insert(erasureRuns)
      .values({ id: newId(), caseId, system, startedAt: tx.now })
      .onConflictDoUpdate({
        target: [erasureRuns.caseId, erasureRuns.system],
        set: { attempt: sql`${erasureRuns.attempt} + 1`, failedAt: null, failure: null },
        setWhere: isNull(erasureRuns.finishedAt),
      })
      .returning();
    const [known] = made
      ? [made]
      : await tx.db
          .select()
          .from(erasureRuns)
          .where(and(eq(erasureRuns.caseId, caseId), eq(erasureRuns.system, system)));
    return known;
  });
  if (!run) throw new Error("an erasure run that was just stored is not there");
  const stored = { fates: run.fates as Outcome["fates"], transaction: run.transaction ?? "" };
  if (run.finishedAt) return stored;
  const mine = and(eq(erasureRuns.id, run.id), eq(erasureRuns.attempt, run.attempt));
  const done = async (outcome: Outcome) => {
    await withTransaction(ctx, async (tx) => {
      await tx.db.update(erasureRuns).set({ finishedAt: tx.now }).where(eq(erasureRuns.id, run.id));
    });
    return outcome;
  };
  if (run.transaction && (await hasLasted(url, run.transaction))) return done(stored);
  try {
    const outcome = await eraseInSystem(url, order, async ({ fates, transaction }) => {
      await withTransaction(ctx, async (tx) => {
        const { count } = await tx.db.update(erasureRuns).set({ fates, transaction }).where(mine);
        if (count === 0) throw new Error("another attempt at this erasure took over");
      });
      await faultPoint("erasure.prepared");
    });
    await faultPoint("erasure.lasting");
    return await done(outcome);
  } catch (error) {
    const failure =
      error instanceof ErasureRefused ? error.message : `${system}: the database refused (${codeOf(error)})`;
    await withTransaction(ctx, async (tx) => {
      await tx.db
        .update(erasureRuns)
        .set({ failedAt: tx.now, failure })
        .where(and(mine, isNull(erasureRuns.finishedAt)));
    });
    throw new Error(failure);
  }
}

/** The database's own message may hold the values of a row (S31). */
const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? (error as Error).name);

async function finish(tx: Tx, caseId: string): Promise<void> {
  const row = await lockCase(tx, caseId);
  const { count } = await tx.db
    .update(deletions)
    .set({ carriedOutAt: tx.now })
    .where(and(eq(deletions.caseId, caseId), isNull(deletions.carriedOutAt)));
  if (!row || count === 0) return;
  const runs = await tx.db.select({ fates: erasureRuns.fates }).from(erasureRuns).where(eq(erasureRuns.caseId, caseId));
  const sums = { deleted: 0, anonymised: 0, unlinked: 0, reduced: 0, kept: 0, held: 0 };
  for (const fate of runs.flatMap(({ fates }) => fates as Outcome["fates"]))
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += fate[key];
  await changeCase(tx, caseId, {});
  await recordEvent(tx, { caseId, type: "deletion.carried-out", detail: sums });
  await recordAudit(tx, { action: "deletion.carried-out", object: { type: "case", id: caseId }, payload: sums });
  await handOverReceipt(tx, row);
}
