import { and, eq, isNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { packages, people, transfers } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { type OpenPart, openParts } from "../exports/open-parts";
import { packageState } from "../exports/package-state";
import type { TransferRow } from "./states";

/** One try at sending. Its number is the fence: only the newest try's writes count (R3). */
export type Push = {
  row: TransferRow;
  fence: number;
  /** For whom it is at the receiver: the address they proved here. */
  email: string;
  platformUserId: string | null;
  companyId: string | null;
  /** SHA-256 of the package's manifest. */
  sha256: string;
  bytes: number;
  parts: OpenPart[];
};

/** A package that cannot be sent, and why not. */
export type Unsendable = { packageId: string; failure: "no-package" | "not-owner" };

/** Another try began, or the person took it back: whatever this one still does must not count. */
export class Overtaken extends Error {
  override name = "Overtaken";
}

const isOpen = and(isNull(transfers.arrivedAt), isNull(transfers.failedAt), isNull(transfers.revokedAt));

/**
 * Begins a try.
 * @returns null when there is nothing to do (ended, or its package is not ready yet)
 */
export function beginPush(ctx: Ctx, transferId: string): Promise<Push | Unsendable | null> {
  return withTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(transfers)
      .where(and(eq(transfers.id, transferId), isOpen))
      .for("update");
    if (!row) return null;
    const [pack] = await tx.db.select().from(packages).where(eq(packages.id, row.packageId));
    const [person] = await tx.db.select().from(people).where(eq(people.id, row.personId));
    if (!pack || !person) return null;
    const [state, packageId] = [packageState(pack, tx.now), pack.id];
    if (["failed", "stopped", "expired"].includes(state)) return { packageId, failure: "no-package" };
    if (state !== "ready" || !pack.sha256 || pack.bytes === null) return null;
    const parts = await openParts(tx, pack);
    if (!parts.ok) return { packageId, failure: "no-package" };
    const owned = person.platformOwner ? person.platformCompanyId : null;
    if (row.scope === "company" && (owned === null || owned !== pack.platformCompanyId))
      return { packageId, failure: "not-owner" };
    const fence = row.fence + 1;
    await tx.db
      .update(transfers)
      .set({ fence, lastAttemptAt: tx.now, bytesTotal: pack.bytes })
      .where(eq(transfers.id, transferId));
    return {
      ...{ row: { ...row, fence }, fence, email: person.email, sha256: pack.sha256, bytes: pack.bytes },
      ...{ platformUserId: person.platformUserId, companyId: pack.platformCompanyId, parts: parts.value },
    };
  });
}

/**
 * Runs `work` while this try is the newest one of a transfer still wanted; the row stays locked until the end (R3).
 * @throws Overtaken when it is not
 */
export function whileNewest<T>(ctx: Ctx, { row, fence }: Push, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(ctx, async (tx) => {
    const [found] = await tx.db
      .select({ one: sql<number>`1` })
      .from(transfers)
      .where(and(eq(transfers.id, row.id), eq(transfers.fence, fence), isOpen))
      .for("update");
    if (!found) throw new Overtaken();
    return work(tx);
  });
}
