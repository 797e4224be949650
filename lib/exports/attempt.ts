import { randomBytes } from "node:crypto";
import { and, eq, getTableColumns, isNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { personKey } from "../crypto/person-key";
import { type SealedPlace, sealWith } from "../crypto/seal";
import { cases, packageProgress, packageRedactions, packages, people } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import type { Redaction } from "./redact-system";

/** One try at writing a package. Its number is the fence: only the newest try's writes count (R3). */
export type Attempt = {
  packageId: string;
  fence: number;
  scope: "person" | "company";
  caseId: string;
  reference: string;
  personId: string;
  /** Null when the platform knows nobody by the person's address: nothing is held. */
  subject: { platformUserId: string; platformCompanyId: string | null } | null;
  /** First try's start: the same at every retry, and so the manifest is. */
  startedAt: Temporal.Instant;
  requestedAt: Temporal.Instant;
  /** It had to wait, since it was asked for from a new address or device. */
  waited: boolean;
  /** What staff leave out of it; a try that was begun before one of them counts no more. */
  redactions: (Redaction & { id: string })[];
  /** Key of this try's files; no two tries share one, since nonces begin anew. */
  key: Buffer;
};

/** Another try began, or the person stopped it: whatever this one still does must not count. */
export class Overtaken extends Error {
  override name = "Overtaken";
}

export const packageKeyPlace = (packageId: string): SealedPlace => ({
  table: "packages",
  column: "wrapped_key",
  row: packageId,
});

/** Begins a try; null when there is nothing to do (ready, failed, stopped, unknown, not yet). */
export function beginAttempt(ctx: Ctx, packageId: string): Promise<Attempt | null> {
  return withTransaction(ctx, async (tx) => {
    const [row] = await tx.db.select().from(packages).where(eq(packages.id, packageId)).for("update");
    if (!row || row.readyAt || row.failedAt || row.stoppedAt || row.removedAt) return null;
    // Those of the whole request: a package made again leaves out what the one before it left out.
    const redactions = await tx.db
      .select(getTableColumns(packageRedactions))
      .from(packageRedactions)
      .innerJoin(packages, eq(packages.id, packageRedactions.packageId))
      .where(eq(packages.caseId, row.caseId));
    // It lies there whole and waits for staff; only what they leave out since has it written anew.
    if (row.heldAt && redactions.every(({ appliedAt }) => appliedAt)) return null;
    if (row.notBefore && Temporal.Instant.compare(row.notBefore, tx.now) > 0) {
      await enqueue(tx, "package.write", { packageId }, { startAfter: row.notBefore });
      return null;
    }
    const [person] = await tx.db.select().from(people).where(eq(people.id, row.personId));
    const [owner] = await tx.db.select({ reference: cases.reference }).from(cases).where(eq(cases.id, row.caseId));
    if (!person || !owner) return null;
    // Ownership may have ended since it was asked for: a company's data is given to its owner alone.
    const owned = person.platformOwner ? person.platformCompanyId : null;
    const lostCompany = row.scope === "company" && (owned === null || owned !== row.platformCompanyId);
    const personal = await personKey(tx, row.personId);
    if (lostCompany || !personal.ok) {
      await tx.db
        .update(packages)
        .set({ failedAt: tx.now, failure: lostCompany ? "not-owner" : "key-destroyed" })
        .where(eq(packages.id, packageId));
      return null;
    }
    const key = randomBytes(32);
    const fence = row.fence + 1;
    const startedAt = row.startedAt ?? tx.now;
    await tx.db
      .update(packages)
      .set({ fence, startedAt, heldAt: null, wrappedKey: sealWith(personal.value, 0, packageKeyPlace(packageId), key) })
      .where(eq(packages.id, packageId));
    await tx.db.delete(packageProgress).where(eq(packageProgress.packageId, packageId));
    return {
      packageId,
      fence,
      scope: row.scope,
      caseId: row.caseId,
      reference: owner.reference,
      personId: row.personId,
      subject: person.platformUserId
        ? { platformUserId: person.platformUserId, platformCompanyId: person.platformCompanyId }
        : null,
      startedAt,
      requestedAt: row.requestedAt,
      waited: row.notBefore !== null,
      redactions,
      key,
    };
  });
}

/**
 * Runs `work` while this try is the newest one of a package still wanted; the row stays locked until
 * the end, so that no other try can begin in between (R3).
 * @throws Overtaken when it is not
 */
export function whileNewest<T>(ctx: Ctx, attempt: Attempt, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ one: sql<number>`1` })
      .from(packages)
      .where(
        and(
          eq(packages.id, attempt.packageId),
          eq(packages.fence, attempt.fence),
          isNull(packages.readyAt),
          isNull(packages.failedAt),
          isNull(packages.stoppedAt),
        ),
      )
      .for("update");
    if (!row) throw new Overtaken();
    return work(tx);
  });
}
