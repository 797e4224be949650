import { and, asc, desc, eq, gt, isNotNull, isNull, lte } from "drizzle-orm";
import type { Ctx } from "../context";
import { highlights, policyVersions } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { type PolicyState, stateOf } from "./state";

export type PolicyVersion = typeof policyVersions.$inferSelect;
/** A version without its text, for lists. */
export type VersionHead = Omit<PolicyVersion, "markdown"> & { state: PolicyState };
export type Highlight = typeof highlights.$inferSelect;

const posted = and(isNotNull(policyVersions.announcedAt), isNull(policyVersions.withdrawnAt));

/** The version in force at the transaction's time: it changes by itself at the effective instant, on every replica. */
export async function inForceIn(tx: Tx): Promise<PolicyVersion | null> {
  const [row] = await tx.db
    .select()
    .from(policyVersions)
    .where(and(posted, lte(policyVersions.effectiveAt, tx.now)))
    .orderBy(desc(policyVersions.effectiveAt), desc(policyVersions.number))
    .limit(1);
  return row ?? null;
}

async function announcedIn(tx: Tx): Promise<PolicyVersion | null> {
  const [row] = await tx.db
    .select()
    .from(policyVersions)
    .where(and(posted, gt(policyVersions.effectiveAt, tx.now)))
    .orderBy(asc(policyVersions.effectiveAt), asc(policyVersions.number))
    .limit(1);
  return row ?? null;
}

/** What is in force now; null before the first version. */
export const inForce = (ctx: Ctx): Promise<PolicyVersion | null> => withRead(ctx, inForceIn);

/** The next version that was announced and is not yet in force. */
export const announced = (ctx: Ctx): Promise<PolicyVersion | null> => withRead(ctx, announcedIn);

/** Both in one transaction, with the time they were read at. */
export function policyNow(
  ctx: Ctx,
): Promise<{ now: Temporal.Instant; inForce: PolicyVersion | null; next: PolicyVersion | null }> {
  return withRead(ctx, async (tx) => ({ now: tx.now, inForce: await inForceIn(tx), next: await announcedIn(tx) }));
}

/** Every version the actor may see, newest first: the public sees announced ones, staff see drafts too. */
export function versions(ctx: Ctx): Promise<VersionHead[]> {
  return withRead(ctx, async (tx) => {
    const current = await inForceIn(tx);
    const rows = await tx.db.select().from(policyVersions).orderBy(desc(policyVersions.number));
    return rows.map(({ markdown: _, ...head }) => ({ ...head, state: stateOf(head, current?.id ?? null, tx.now) }));
  });
}

/** One version by its number; null when there is none or the actor may not see it. */
export function version(ctx: Ctx, number: number): Promise<(PolicyVersion & { state: PolicyState }) | null> {
  return withRead(ctx, async (tx) => {
    const [row] = await tx.db.select().from(policyVersions).where(eq(policyVersions.number, number)).limit(1);
    if (!row) return null;
    const current = await inForceIn(tx);
    return { ...row, state: stateOf(row, current?.id ?? null, tx.now) };
  });
}

/** The highlights of a version against the one before it, most important first. */
export function highlightsOf(ctx: Ctx, versionId: string): Promise<Highlight[]> {
  return withRead(ctx, (tx) =>
    tx.db.select().from(highlights).where(eq(highlights.versionId, versionId)).orderBy(asc(highlights.position)),
  );
}
