import { and, eq, isNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import { erasureRuns } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { deletedFates } from "../erasure/add-fates";
import type { Batches, Deleted } from "../erasure/delete-in-batches";
import { hasLasted } from "../erasure/lasting";
import type { NoteAgain } from "../erasure/note-erasure";
import { ErasurePutOff } from "../erasure/one-at-a-time";
import { refuseUnready } from "../erasure/read-erasable";
import { deleteManyInSystem, type ErasureOrder, eraseInSystem, type Outcome } from "../erasure/run-system";
import { stoppedBy } from "../erasure/stopped-by";
import { faultPoint } from "../faults";
import { refuseNewHold, type StandingHolds } from "../holds/kept-back";
import { newId } from "../ids";

/**
 * More than this of one collection goes in batches: a transaction of many millions of rows would hold up the platform's own work for
 * minutes. Below, batches only cost: what they left behind is read again to find what came meanwhile (docs/erasure.md).
 */
export const many = { least: 5_000_000, size: 20_000 };

export type SystemRun = {
  caseId: string;
  pass: number;
  /** What kept rows back when the pass began. */
  standing: StandingHolds;
  /** As many rows of one collection as were counted beforehand, at most. */
  largest: number;
  batches: Pick<Batches, "least" | "size">;
  /** Throws when another erasure of the same company may be at work. */
  stillAlone: () => Promise<void>;
  /** Of the home system. */
  noteAgain?: NoteAgain;
};

/**
 * One system of a deletion that began, once for each pass: noted here before it lasts there, fenced by the number of the attempt.
 * @returns what was done, at once if it was done before
 * @throws what stopped it, in words for staff; nothing was changed there, or what was is noted
 */
export async function eraseOneSystem(
  ctx: Ctx,
  { caseId, pass, standing, largest, batches, stillAlone, noteAgain }: SystemRun,
  url: string,
  order: ErasureOrder,
): Promise<Outcome> {
  const system = order.system.name;
  const run = await withTransaction(ctx, async (tx) => {
    const [made] = await tx.db
      .insert(erasureRuns)
      .values({ id: newId(), caseId, system, pass, startedAt: tx.now })
      .onConflictDoUpdate({
        target: [erasureRuns.caseId, erasureRuns.system, erasureRuns.pass],
        set: { attempt: sql`${erasureRuns.attempt} + 1`, failedAt: null, failure: null },
        setWhere: isNull(erasureRuns.finishedAt),
      })
      .returning();
    const [known] = made
      ? [made]
      : await tx.db
          .select()
          .from(erasureRuns)
          .where(and(eq(erasureRuns.caseId, caseId), eq(erasureRuns.system, system), eq(erasureRuns.pass, pass)));
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
  const isStored = run.transaction !== null && (await hasLasted(url, run.transaction));
  const note = (values: Partial<typeof erasureRuns.$inferInsert>) =>
    withTransaction(ctx, async (tx) => {
      await refuseNewHold(tx, standing);
      const { count } = await tx.db.update(erasureRuns).set(values).where(mine);
      if (count === 0) throw new Error("another attempt at this erasure took over");
    });
  try {
    if (!run.transaction) await refuseUnready(dataMap());
    const progress = run.progress as Progress | null;
    let earlier = isStored ? stored : await lastingOf(url, progress);
    if (!run.transaction && (largest >= batches.least || progress)) {
      let deleted = deletedOf(earlier);
      deleted = await deleteManyInSystem(url, order, {
        ...{ ...batches, before: deleted },
        note: async (sums, transaction) => {
          await note({ progress: { deleted: sums, before: deleted, transaction } satisfies Progress });
          deleted = sums;
          await faultPoint("erasure.batch");
        },
      });
      earlier = { fates: deletedFates(deleted), transaction: "" };
    }
    const ordered = earlier?.fates.length ? { ...order, refresh: "always" as const } : order;
    const prepare = async ({ fates, transaction, keptBy }: Outcome, lasting: Outcome | null) => {
      await stillAlone();
      await noteAgain?.(lasting !== null);
      await note({ fates, transaction, keptBy, ...(lasting ? { progress: { lasting } satisfies Progress } : {}) });
      await faultPoint("erasure.prepared");
    };
    const outcome = await eraseInSystem(url, ordered, prepare, earlier);
    await faultPoint("erasure.lasting");
    return await done(outcome);
  } catch (error) {
    if (error instanceof ErasurePutOff) throw error;
    const failure = stoppedBy(error, system);
    await withTransaction(ctx, async (tx) => {
      await tx.db
        .update(erasureRuns)
        .set({ failedAt: tx.now, failure })
        .where(and(mine, isNull(erasureRuns.finishedAt)));
    });
    throw new Error(failure);
  }
}

/** What went in batches; `before` counts when the newest of them did not last. Afterwards what lasts while the newest pass may not. */
type Progress = { deleted: Deleted; before: Deleted; transaction: string } | { lasting: Outcome };

async function lastingOf(url: string, progress: Progress | null): Promise<Outcome | null> {
  if (!progress) return null;
  if ("lasting" in progress) return progress.lasting;
  const { deleted, before, transaction } = progress;
  return { fates: deletedFates((await hasLasted(url, transaction)) ? deleted : before), transaction: "" };
}

const deletedOf = (outcome: Outcome | null): Deleted =>
  Object.fromEntries(outcome?.fates.map(({ collection, deleted }) => [collection, deleted]) ?? []);
