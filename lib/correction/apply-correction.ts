import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { type CaseRow, lockCase } from "../cases/change-case";
import { findSubject } from "../cases/find-subject";
import type { Ctx } from "../context";
import { openForPerson, sealForPerson } from "../crypto/person-key";
import { heldIn, type KeptBack } from "../data-map/held";
import { dataMap, homeSystem } from "../data-map/load";
import { identitiesAtHome } from "../data-map/reach";
import type { ReachSubject, System } from "../data-map/types";
import { addressChanges, correctionItems, correctionRuns } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { eraserUrl } from "../erasure/eraser-url";
import { hasLasted } from "../erasure/lasting";
import { stoppedBy } from "../erasure/stopped-by";
import { faultPoint } from "../faults";
import { keptBack, refuseNewHold, type StandingHolds, standingNow } from "../holds/kept-back";
import { newId } from "../ids";
import { applyInSystem, type Change, type Outcomes, type Standing, stillStands } from "./apply-in-system";
import { openContent } from "./content";
import { finishRun } from "./finish-run";
import { identitiesFor } from "./owe-corrections";

export type Run = typeof correctionRuns.$inferSelect;
type Begun = {
  run: Run;
  /** When this attempt began: it knows of no later hold. */
  holds: StandingHolds;
  personId: string;
  subject: ReachSubject;
  changes: Change[];
  kept: KeptBack[];
  stored: Stored | null;
};
type Stored = { outcomes: Outcomes; standing: Standing; transaction: string };

/**
 * Job: applies what was approved of a correction to the platform, each system in one transaction of its own. What it does is noted
 * here before it lasts there, with the transaction's id, so that a run that fell in between is neither done twice nor forgotten
 * (R2); an attempt that was overtaken can no longer note and so changes nothing (R3). A value that changed meanwhile is not
 * overwritten: it goes back to staff. Does nothing where nothing is approved.
 * @throws what stopped it, for the queue to try again: nothing was changed in that system
 */
export async function applyCorrection(ctx: Ctx, { caseId }: { caseId: string }): Promise<void> {
  for (const system of dataMap().systems) {
    // What is approved while a run is at work is another run's.
    for (;;) {
      const begun = await withTransaction(ctx, (tx) => begin(tx, caseId, system));
      if (!begun) break;
      await carryOut(ctx, system, begun);
    }
  }
}

async function begin(tx: Tx, caseId: string, system: System): Promise<Begun | null> {
  const row = await lockCase(tx, caseId);
  const person = row?.subjectId ? await findSubject(tx, row.subjectId) : null;
  if (!row || !person?.platformUserId) return null;
  const [open] = await tx.db
    .update(correctionRuns)
    .set({ attempt: sql`${correctionRuns.attempt} + 1`, failedAt: null, failure: null })
    .where(
      and(eq(correctionRuns.caseId, caseId), eq(correctionRuns.system, system.name), isNull(correctionRuns.finishedAt)),
    )
    .returning();
  const run = open ?? (await newRun(tx, row, system));
  if (!run) return null;
  const { personId, platformUserId, platformCompanyId } = person;
  const items = await tx.db.select().from(correctionItems).where(eq(correctionItems.runId, run.id));
  const changes: Change[] = [];
  for (const item of items) {
    const content = await openContent(tx, personId, item);
    if (!content) continue;
    const { id, collection, field, by } = item;
    changes.push({ id, collection, field, by, key: content.key, before: content.before, after: content.after });
  }
  return {
    ...{ run, holds: await standingNow(tx), personId, changes, kept: await keptBack(tx, "erasure") },
    subject: { platformUserId, platformCompanyId },
    stored: await openStored(tx, run, personId),
  };
}

/** Null when nothing waits that may be applied now. */
async function newRun(tx: Tx, { id: caseId }: CaseRow, system: System): Promise<Run | null> {
  const waiting = await tx.db
    .select()
    .from(correctionItems)
    .where(
      and(
        eq(correctionItems.caseId, caseId),
        eq(correctionItems.system, system.name),
        eq(correctionItems.decision, "approved"),
        isNull(correctionItems.settledAt),
        isNull(correctionItems.runId),
      ),
    );
  const [change] = await tx.db.select().from(addressChanges).where(eq(addressChanges.caseId, caseId));
  // Asked again here, whatever approved it: an address is proved, has waited, and nobody stopped it (S14).
  const isFree = change?.provenAt && !change.stoppedAt && Temporal.Instant.compare(change.notBefore, tx.now) <= 0;
  const ready = waiting.filter(({ by }) => by !== "address" || isFree);
  if (ready.length === 0) return null;
  const values = { id: newId(), caseId, system: system.name, startedAt: tx.now };
  const [run] = await tx.db.insert(correctionRuns).values(values).returning();
  if (!run) throw new Error("a run that was just stored is not there");
  await tx.db
    .update(correctionItems)
    .set({ runId: run.id })
    .where(
      inArray(
        correctionItems.id,
        ready.map(({ id }) => id),
      ),
    );
  return run;
}

async function carryOut(
  ctx: Ctx,
  system: System,
  { run, holds, personId, subject, changes, kept, stored }: Begun,
): Promise<void> {
  const mine = and(
    eq(correctionRuns.id, run.id),
    eq(correctionRuns.attempt, run.attempt),
    isNull(correctionRuns.finishedAt),
  );
  try {
    const url = eraserUrl(system);
    if (!url)
      throw new NoLogin(`${system.name}: the map names no login that changes rows (trust.eraser), or it is not set`);
    const map = dataMap();
    const isHome = system.name === homeSystem(map).name;
    const identities = isHome ? new Map<string, string[]>() : await identitiesAtHome(map, subject, "person", true);
    const done =
      stored && (await lasted(url, system, changes, stored))
        ? stored
        : await applyInSystem(
            url,
            {
              ...{ system, subject, identities, changes },
              held: (client) => heldIn(client, system, kept, undefined, { leading: false }),
            },
            async ({ outcomes, standing, transaction }) => {
              await faultPoint("correction.begun");
              await withTransaction(ctx, async (tx) => {
                await refuseNewHold(tx, holds);
                const sealed = await sealForPerson(tx, personId, placeOf(run.id), JSON.stringify(standing));
                const { count } = await tx.db
                  .update(correctionRuns)
                  .set({ outcome: outcomes, sealed, transaction })
                  .where(mine);
                if (count === 0) throw new Error("another attempt at this correction took over");
              });
              await faultPoint("correction.prepared");
            },
          );
    await faultPoint("correction.lasting");
    const { outcomes, standing } = done;
    const identified = await identitiesFor(ctx, { caseId: run.caseId, subject, changes, outcomes });
    await withTransaction(ctx, async (tx) => {
      const row = await lockCase(tx, run.caseId);
      // Another attempt came to its end with the same; a run is finished once.
      const { count } = await tx.db.update(correctionRuns).set({ finishedAt: tx.now }).where(mine);
      if (row && count > 0) await finishRun(tx, row, { run, personId, outcomes, standing, identified });
    });
    await faultPoint("correction.finished");
  } catch (error) {
    const failure = error instanceof NoLogin ? error.message : stoppedBy(error, system.name);
    await withTransaction(ctx, (tx) =>
      tx.db.update(correctionRuns).set({ failedAt: tx.now, failure }).where(mine),
    ).catch(() => {});
    throw new Error(failure);
  }
}

class NoLogin extends Error {}

/**
 * Whether an earlier attempt lasted. A database that fell may have lost the transaction and given its number to another; so where
 * it should have lasted, the old values must be gone.
 */
async function lasted(url: string, system: System, changes: readonly Change[], stored: Stored): Promise<boolean> {
  if (!(await hasLasted(url, stored.transaction))) return false;
  const applied = changes.filter(({ id }) => stored.outcomes[id] === "applied");
  return applied.length === 0 || !(await stillStands(url, system, applied));
}

const placeOf = (runId: string) => ({ table: "correction_runs", column: "sealed", row: runId });
const standingShape = z.record(z.string(), z.string().nullable());

async function openStored(tx: Tx, run: Run, personId: string): Promise<Stored | null> {
  const { id, outcome, sealed, transaction } = run;
  if (!outcome || !sealed || !transaction) return null;
  const opened = await openForPerson(tx, personId, placeOf(id), sealed);
  return opened.ok ? { outcomes: outcome, standing: standingShape.parse(JSON.parse(opened.value)), transaction } : null;
}
