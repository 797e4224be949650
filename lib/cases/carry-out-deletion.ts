import { and, eq, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { openWithMaster, sealWithMaster } from "../crypto/seal";
import { companyMembers } from "../data-map/company-members";
import type { KeptBack } from "../data-map/held";
import { dataMap, homeSystem } from "../data-map/load";
import { identitiesAtHome } from "../data-map/reach";
import type { ReachSubject, Scope } from "../data-map/types";
import { cases, deletions, erasureRuns } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { deletedFates } from "../erasure/add-fates";
import type { Batches, Deleted } from "../erasure/delete-in-batches";
import { noteEnded, noteEnding } from "../erasure/ended-accounts";
import { inEachSystem } from "../erasure/erase-subject";
import { eraserUrl } from "../erasure/eraser-url";
import { type Fate, sumOf } from "../erasure/execute";
import { hasLasted } from "../erasure/lasting";
import { noteErasure } from "../erasure/note-erasure";
import { ErasurePutOff, laterMinutes, oneOfCompany } from "../erasure/one-at-a-time";
import { deleteManyInSystem, type ErasureOrder, eraseInSystem, type Outcome } from "../erasure/run-system";
import { stoppedBy } from "../erasure/stopped-by";
import { faultPoint } from "../faults";
import { keptBack, refuseNewHold, type StandingHolds, standingNow } from "../holds/kept-back";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { noteIdentities } from "../providers/note-identities";
import { oweErasure } from "../providers/owe-erasure";
import { type CaseRow, changeCase, lockCase } from "./change-case";
import { endCase } from "./end-case";
import { type Blocked, findBlockers } from "./find-blockers";
import { findSubject } from "./find-subject";
import { handOverReceipt } from "./hand-over-receipt";
import type { DeletionPreview } from "./preview-deletion";
import { recordEvent } from "./record-event";
import { openAppealOf } from "./review-appeal";

type Begun = {
  reference: string;
  /** With which they sign in here. */
  address: string;
  /** What kept rows back when it began. */
  standing: StandingHolds;
  /** When it first began: an account that was open counts as closed from then on. */
  begunAt: Temporal.Instant;
  /** As many rows of one collection as were counted beforehand, at most. */
  largest: number;
  /** The account it was asked for; null for somebody whom the platform did not know then: nothing is held there. */
  subject: ReachSubject | null;
  scope: Scope;
  pass: number;
  kept: KeptBack[];
  known: ReadonlyMap<string, readonly string[]>;
};

/**
 * Erases what a deletion asked for, in every system of the data map, once its grace period is over. Each system is one
 * transaction there; what it is about to do is noted here before it lasts, so that a run that fell in between is neither done
 * twice nor forgotten, and outside of all databases, so that no restore undoes it (R2, R9). From the first attempt on nobody can
 * cancel. What a legal hold keeps back stays, and another pass takes it once the hold ended. At the end a receipt is made. Does
 * nothing for a case that is closed, decided, cancelled or done, or while something has to be settled first; while another erasure is
 * in the way, or another one of the same company, it comes back a little later.
 * @throws what stopped it, for the queue to try again: nothing was changed in that system
 */
export async function carryOutDeletion(
  ctx: Ctx,
  { caseId }: { caseId: string },
  batches: Pick<Batches, "least" | "size"> = many,
): Promise<void> {
  const found = await withRead(ctx, (tx) => ready(tx, caseId));
  const url = eraserUrl(homeSystem());
  try {
    await oneOfCompany(url, found?.subject?.platformCompanyId ?? null, (stillAlone) =>
      eraseAlone(ctx, { caseId, batches, stillAlone }),
    );
  } catch (error) {
    if (!(error instanceof ErasurePutOff)) throw error;
    await withTransaction(ctx, (tx) => {
      const startAfter = tx.now.add({ minutes: laterMinutes });
      return enqueue(tx, "deletion.carry-out", { caseId }, { startAfter, singletonKey: caseId });
    });
  }
}

type Alone = { caseId: string; batches: Pick<Batches, "least" | "size">; stillAlone: () => Promise<void> };

async function eraseAlone(ctx: Ctx, { caseId, batches, stillAlone }: Alone): Promise<void> {
  const begun = await begin(ctx, caseId);
  if (!begun) return;
  const { reference, subject, scope, pass, kept, known, address, begunAt } = begun;
  if (subject) {
    // Afterwards nobody knows any more by what the providers know the person.
    await noteIdentities(ctx, { caseId, subject, scope, address });
    await noteErasure(ctx, { caseId, reference, subject, scope });
    await inEachSystem({ map: dataMap(), subject, scope, kept, known, proven: true, closedAt: begunAt }, (url, order) =>
      inOneSystem(ctx, { ...begun, caseId, batches, stillAlone }, url, order),
    );
  }
  await withTransaction(ctx, (tx) => finish(tx, caseId, pass));
}

/**
 * More than this of one collection goes in batches: a transaction of many millions of rows would hold up the platform's own work for
 * minutes. Below, batches only cost: what they left behind is read again to find what came meanwhile (docs/erasure.md).
 */
export const many = { least: 5_000_000, size: 20_000 };

/** Everything that the platform is asked for lies outside of a transaction; under the lock the case is looked at again. */
async function begin(ctx: Ctx, caseId: string): Promise<Begun | null> {
  const found = await withRead(ctx, (tx) => ready(tx, caseId));
  if (!found) return null;
  const { scope } = found.deletion;
  let identities: [string, string[]][] | null = null;
  let members: string[] = [];
  if (found.subject && !found.deletion.begunAt) {
    const blocked = await findBlockers(found.subject, scope);
    if (blocked.blockers.length > 0) {
      await withTransaction(ctx, (tx) => noteBlockers(tx, caseId, blocked));
      return null;
    }
    identities = [...(await identitiesAtHome(dataMap(), found.subject, scope, true))];
    const { platformCompanyId } = found.subject;
    if (scope === "company" && platformCompanyId) members = await companyMembers(platformCompanyId);
  }
  return withTransaction(ctx, async (tx) => {
    await lockCase(tx, caseId);
    const now = await ready(tx, caseId);
    if (!now) return null;
    const { reference, deletion, subject, email } = now;
    // A pass that ended left something to a hold; another one begins.
    const pass =
      deletion.carriedOutAt && (await isFinished(tx, caseId, deletion.pass)) ? deletion.pass + 1 : deletion.pass;
    const account = { platformUserId: null, platformCompanyId: null, ...subject };
    const noted = deletion.accountNotedAt ? {} : { ...account, accountNotedAt: tx.now };
    const values = { begunAt: deletion.begunAt ?? tx.now, pass, ...noted };
    const sealed = deletion.identities ?? (identities ? sealKnown(caseId, withAddress(identities, email)) : null);
    await tx.db
      .update(deletions)
      .set({ ...values, identities: sealed })
      .where(eq(deletions.caseId, caseId));
    await noteEnding(tx, caseId, members);
    const { personId, requestedAt } = deletion;
    const standing = await standingNow(tx);
    const kept = await keptBack(tx, "erasure", { personId, account: subject?.platformUserId, requestedAt });
    const { items } = deletion.preview as DeletionPreview;
    return {
      ...{ reference, address: email, begunAt: values.begunAt, standing },
      ...{ subject, scope, pass, kept, largest: Math.max(0, ...items.map(({ rows }) => rows)) },
      known: sealed ? openKnown(caseId, sealed) : new Map(),
    };
  });
}

type Ready = {
  reference: string;
  deletion: typeof deletions.$inferSelect;
  subject: ReachSubject | null;
  email: string;
};

/** The deletion, if the engine may begin or go on with it now. */
async function ready(tx: Tx, caseId: string): Promise<Ready | null> {
  const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
  const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, caseId));
  if (!row?.subjectId || !deletion?.expiredAt || deletion.cancelledAt || deletion.endedAt) return null;
  // Staff decided it, and nobody has taken that back yet, though a message may have opened the case again.
  if (deletion.decidedAt) return null;
  if (!deletion.begunAt && (row.closedAt || (await openAppealOf(tx, caseId)))) return null;
  const subject = await findSubject(tx, row.subjectId);
  if (!subject) return null;
  const { email } = subject;
  // Their sign-in may have linked them to another account since, or to none. From before it was noted, the one they have counts.
  const { platformUserId, platformCompanyId } = deletion.accountNotedAt ? deletion : subject;
  if (!platformUserId && deletion.identities)
    throw new Error("whose account the engine began with is not known any more: it has to be ended by hand");
  return {
    reference: row.reference,
    deletion,
    email,
    subject: platformUserId ? { platformUserId, platformCompanyId } : null,
  };
}

async function isFinished(tx: Tx, caseId: string, pass: number): Promise<boolean> {
  const [open] = await tx.db
    .select({ id: erasureRuns.id })
    .from(erasureRuns)
    .where(and(eq(erasureRuns.caseId, caseId), eq(erasureRuns.pass, pass), isNull(erasureRuns.finishedAt)));
  return !open;
}

/** What the page and the desk show as to be settled is what stands in the way now. */
async function noteBlockers(tx: Tx, caseId: string, blocked: Blocked): Promise<void> {
  await tx.db
    .update(deletions)
    .set({ preview: sql`${deletions.preview} || ${JSON.stringify(blocked)}::text::jsonb` })
    .where(and(eq(deletions.caseId, caseId), isNull(deletions.begunAt)));
}

const knownPlace = (caseId: string) => ({ table: "deletions", column: "identities", row: caseId });

const sealKnown = (caseId: string, identities: [string, string[]][]): Buffer =>
  sealWithMaster(knownPlace(caseId), JSON.stringify(identities));

const openKnown = (caseId: string, sealed: Buffer): Map<string, string[]> =>
  new Map(JSON.parse(openWithMaster(knownPlace(caseId), sealed)) as [string, string[]][]);

/** The address that the person proved here, beside those that the platform knows. */
function withAddress(identities: [string, string[]][], email: string): [string, string[]][] {
  const all = new Map(identities);
  all.set("email", [...new Set([...(all.get("email") ?? []), email])]);
  return [...all];
}

async function inOneSystem(
  ctx: Ctx,
  { caseId, pass, standing, largest, batches, stillAlone }: Begun & Alone,
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

async function finish(tx: Tx, caseId: string, pass: number): Promise<void> {
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
