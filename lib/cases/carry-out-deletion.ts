import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import type { KeptBack } from "../data-map/held";
import { dataMap, homeSystem } from "../data-map/load";
import { companyOwned } from "../data-map/owns-company";
import { identitiesAtHome } from "../data-map/reach";
import type { ReachSubject, Scope } from "../data-map/types";
import { cases, deletions, erasureRuns } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import type { Batches } from "../erasure/delete-in-batches";
import { inEachSystem } from "../erasure/erase-subject";
import { eraserUrl } from "../erasure/eraser-url";
import { mayHaveLasted } from "../erasure/may-have-lasted";
import { noteErasure } from "../erasure/note-erasure";
import { ErasurePutOff, oneOfCompany } from "../erasure/one-at-a-time";
import { putOff } from "../erasure/put-off";
import { keptBack, type StandingHolds, standingNow } from "../holds/kept-back";
import { noteIdentities } from "../providers/note-identities";
import { lockCase } from "./change-case";
import { eraseOneSystem, many } from "./erase-one-system";
import { type Blocked, blockersByCommand, findBlockers } from "./find-blockers";
import { findSubject } from "./find-subject";
import { finishDeletion } from "./finish-deletion";
import { openKnown, sealKnown, withAddress } from "./known-identities";
import type { DeletionPreview } from "./preview-deletion";
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
  if (!found) return;
  const url = eraserUrl(homeSystem());
  const company = found.subject ? await companyAtStake(found.subject, found.deletion.scope) : null;
  try {
    await oneOfCompany(url, company, (stillAlone) => eraseAlone(ctx, { caseId, batches, stillAlone }));
  } catch (error) {
    if (!(error instanceof ErasurePutOff)) throw error;
    await putOff(ctx, "deletion.carry-out", { caseId }, caseId);
  }
}

/** The company that may lose its last owner by it: the one that is closed, or the one that the person owns by now. */
const companyAtStake = async (subject: ReachSubject, scope: Scope): Promise<string | null> =>
  scope === "company" ? subject.platformCompanyId : companyOwned(subject.platformUserId);

type Alone = { caseId: string; batches: Pick<Batches, "least" | "size">; stillAlone: () => Promise<void> };

async function eraseAlone(ctx: Ctx, { caseId, batches, stillAlone }: Alone): Promise<void> {
  const begun = await begin(ctx, caseId);
  if (!begun) return;
  const { reference, subject, scope, pass, kept, known, address, begunAt } = begun;
  if (subject) {
    // Afterwards nobody knows any more by what the providers know the person.
    await noteIdentities(ctx, { caseId, subject, scope, address });
    const noteAgain = await noteErasure(ctx, { caseId, reference, subject, scope });
    const home = homeSystem().name;
    await inEachSystem({ map: dataMap(), subject, scope, kept, known, proven: true, closedAt: begunAt }, (url, order) =>
      eraseOneSystem(
        ctx,
        { ...begun, caseId, batches, stillAlone, ...(order.system.name === home ? { noteAgain } : {}) },
        url,
        order,
      ),
    );
  }
  await withTransaction(ctx, (tx) => finishDeletion(tx, caseId, pass));
}

/** Everything that the platform is asked for lies outside of a transaction; under the lock the case is looked at again. */
async function begin(ctx: Ctx, caseId: string): Promise<Begun | null> {
  const found = await withRead(ctx, (tx) => ready(tx, caseId));
  if (!found) return null;
  const { scope } = found.deletion;
  let identities: [string, string[]][] | null = null;
  if (found.subject && !found.deletion.begunAt) {
    const blocked = await findBlockers(found.subject, scope);
    if (blocked.blockers.length > 0) {
      await withTransaction(ctx, (tx) => noteBlockers(tx, caseId, blocked));
      return null;
    }
    identities = [...(await identitiesAtHome(dataMap(), found.subject, scope, true))];
  } else if (found.subject) await refuseUnsettled(ctx, caseId, found.subject, scope);
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

/** Of a pass that fell before it came to every system the rest is still to be done. */
async function isFinished(tx: Tx, caseId: string, pass: number): Promise<boolean> {
  const done = await tx.db
    .select({ system: erasureRuns.system })
    .from(erasureRuns)
    .where(and(eq(erasureRuns.caseId, caseId), eq(erasureRuns.pass, pass), isNotNull(erasureRuns.finishedAt)));
  return dataMap().systems.every(({ name }) => done.some(({ system }) => system === name));
}

/**
 * While nothing may have lasted of a deletion that began, it is asked anew: between two attempts lie days where staff had to mend something.
 * @throws naming what is to be settled, as the desk shows it
 */
async function refuseUnsettled(ctx: Ctx, caseId: string, subject: ReachSubject, scope: Scope): Promise<void> {
  if (await withRead(ctx, (tx) => mayHaveLasted(tx, caseId))) return;
  const failure = (await blockersByCommand(dataMap(), subject, scope)).join("\n");
  if (!failure) return;
  await withTransaction(ctx, (tx) =>
    tx.db.update(erasureRuns).set({ failedAt: tx.now, failure }).where(eq(erasureRuns.caseId, caseId)),
  );
  throw new Error(failure);
}

/** What the page and the desk show as to be settled is what stands in the way now. */
async function noteBlockers(tx: Tx, caseId: string, blocked: Blocked): Promise<void> {
  await tx.db
    .update(deletions)
    .set({ preview: sql`${deletions.preview} || ${JSON.stringify(blocked)}::text::jsonb` })
    .where(and(eq(deletions.caseId, caseId), isNull(deletions.begunAt)));
}
