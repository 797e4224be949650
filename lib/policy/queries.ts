import { and, asc, desc, eq, getTableColumns, isNotNull, isNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { highlights, policyVersions } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { takesEffectAt } from "../notices/effect-gate";
import { type PolicyState, stateOf } from "./state";

export type PolicyVersion = typeof policyVersions.$inferSelect;
/** A version without its text, for lists. */
export type VersionHead = Omit<PolicyVersion, "markdown"> & { state: PolicyState };
export type Highlight = typeof highlights.$inferSelect;

const posted = and(isNotNull(policyVersions.announcedAt), isNull(policyVersions.withdrawnAt));

// `effectiveAt` of what is read here is when a version really takes effect: never before everybody it was
// announced to has had the notice period (lib/notices/effect-gate.ts).
const columns = { ...getTableColumns(policyVersions), takes: takesEffectAt };
const { markdown: _, ...headColumns } = columns;
type Effect = { effectiveAt: Temporal.Instant | null; takes: Temporal.Instant | null };
const withEffect = <R extends Effect>({ takes, ...row }: R): Omit<R, "takes"> => ({
  ...row,
  effectiveAt: takes ?? row.effectiveAt,
});
/** For the state: a version that waits for its notice has no effective time yet, whatever its date says. */
const effectOf = <R extends Effect>(row: R): R => ({ ...row, effectiveAt: row.takes });
const instantOf = (now: Temporal.Instant) => sql.param(now, policyVersions.effectiveAt);

/** The version in force at the transaction's time: it changes by itself at the effective instant, on every replica. */
export async function inForceIn(tx: Tx): Promise<PolicyVersion | null> {
  const [row] = await tx.db
    .select(columns)
    .from(policyVersions)
    .where(and(posted, sql`${takesEffectAt} <= ${instantOf(tx.now)}`))
    .orderBy(desc(takesEffectAt), desc(policyVersions.number))
    .limit(1);
  return row ? withEffect(row) : null;
}

export async function announcedIn(tx: Tx): Promise<PolicyVersion | null> {
  const [row] = await tx.db
    .select(columns)
    .from(policyVersions)
    .where(and(posted, sql`coalesce(${takesEffectAt} > ${instantOf(tx.now)}, true)`))
    .orderBy(asc(policyVersions.effectiveAt), asc(policyVersions.number))
    .limit(1);
  return row ? withEffect(row) : null;
}

/** What is in force now; null before the first version. */
export const inForce = (ctx: Ctx): Promise<PolicyVersion | null> => withRead(ctx, inForceIn);

/** The next version that was announced and is not yet in force. */
export const announced = (ctx: Ctx): Promise<PolicyVersion | null> => withRead(ctx, announcedIn);

/**
 * The version that was taken back last, while whoever was told of it may still count on it: until the day it would have
 * taken effect, and for 30 days at least. Null when another one was announced since.
 */
export function withdrawnLately(
  ctx: Ctx,
): Promise<Pick<PolicyVersion, "number" | "withdrawnAt" | "withdrawnReason"> | null> {
  return withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(policyVersions)
      .where(and(isNotNull(policyVersions.announcedAt), isNotNull(policyVersions.withdrawnAt)))
      .orderBy(desc(policyVersions.withdrawnAt))
      .limit(1);
    if (!row?.withdrawnAt) return null;
    const until = row.withdrawnAt.add({ hours: 24 * 30 });
    const over = [until, row.effectiveAt ?? until].every((at) => Temporal.Instant.compare(at, tx.now) < 0);
    const next = await announcedIn(tx);
    const overtaken = next?.announcedAt && Temporal.Instant.compare(next.announcedAt, row.withdrawnAt) > 0;
    return over || overtaken ? null : row;
  });
}

/** Both in one transaction, with the time they were read at. */
export function policyNow(
  ctx: Ctx,
): Promise<{ now: Temporal.Instant; inForce: PolicyVersion | null; next: PolicyVersion | null }> {
  return withRead(ctx, async (tx) => ({ now: tx.now, inForce: await inForceIn(tx), next: await announcedIn(tx) }));
}

/**
 * How long what is in force stays so by itself: milliseconds of the database's time until the next announced version
 * takes effect, Infinity while none has such an instant. What a person decides meanwhile may still change it.
 */
export function holdsFor(ctx: Ctx): Promise<number> {
  return withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ next: sql`min(${takesEffectAt})`.mapWith(policyVersions.effectiveAt) })
      .from(policyVersions)
      .where(and(posted, sql`${takesEffectAt} > ${instantOf(tx.now)}`));
    return row?.next ? row.next.since(tx.now).total("milliseconds") : Number.POSITIVE_INFINITY;
  });
}

/** The same as {@link versions}, inside a transaction. */
export async function versionsIn(tx: Tx): Promise<VersionHead[]> {
  const current = await inForceIn(tx);
  const rows = await tx.db.select(headColumns).from(policyVersions).orderBy(desc(policyVersions.number));
  return rows.map((row) => ({
    ...withEffect(row),
    state: stateOf(effectOf(row), current?.id ?? null, tx.now),
  }));
}

/** Every version the actor may see, newest first: the public sees announced ones, staff see drafts too. */
export const versions = (ctx: Ctx): Promise<VersionHead[]> => withRead(ctx, versionsIn);

/** The same with the time they were read at. */
export function versionsNow(ctx: Ctx): Promise<{ now: Temporal.Instant; versions: VersionHead[] }> {
  return withRead(ctx, async (tx) => ({ now: tx.now, versions: await versionsIn(tx) }));
}

export type KnownVersion = PolicyVersion & { state: PolicyState };

/** The same as {@link version}, inside a transaction. */
export async function versionIn(tx: Tx, number: number): Promise<KnownVersion | null> {
  const [row] = await tx.db.select(columns).from(policyVersions).where(eq(policyVersions.number, number)).limit(1);
  if (!row) return null;
  const current = await inForceIn(tx);
  return { ...withEffect(row), state: stateOf(effectOf(row), current?.id ?? null, tx.now) };
}

/** One version by its number; null when there is none or the actor may not see it. */
export const version = (ctx: Ctx, number: number): Promise<KnownVersion | null> =>
  withRead(ctx, (tx) => versionIn(tx, number));

/** The highlights of a version against the one before it, most important first. */
export function highlightsOf(ctx: Ctx, versionId: string): Promise<Highlight[]> {
  return withRead(ctx, (tx) =>
    tx.db.select().from(highlights).where(eq(highlights.versionId, versionId)).orderBy(asc(highlights.position)),
  );
}
