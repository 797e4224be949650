import { and, eq, inArray, isNotNull } from "drizzle-orm";
import type { RetentionClass } from "../../trust-center.config";
import type { Ctx } from "../context";
import { keyedHash } from "../crypto/hash";
import { homeSystem } from "../data-map/load";
import type { DataMap, Scope } from "../data-map/types";
import { retentionClosures, retentionRuns } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { dropEnding, noteEnded, noteEnding } from "../erasure/ended-accounts";
import { eraserUrl } from "../erasure/eraser-url";
import type { Fate } from "../erasure/execute";
import { hasLasted } from "../erasure/lasting";
import type { ClosedAccount } from "./closed-accounts";
import { plus, type Run, type Sweep, stillMine, totalsOf } from "./ledger";

// What is remembered of accounts whose end was begun, by a hash of their id (`retention_closures`), for as long as anything of them is left.

/** An account that left a stub, since something that stays points at it, is looked at again after so many days. */
const againDays = 30;

/** What ending an account in one system is about to make lasting; counted once it lasts. */
export type Pending = {
  system: string;
  transaction: string;
  fates: Fate[];
  classes: RetentionClass[];
  /** It is the home system's, which comes last: then the account is done. */
  isLast: boolean;
  /** Rows that stay empty were counted when they were emptied. */
  isAgain: boolean;
  /** When what this system and those before it left is looked at again; null: never. */
  again: string | null;
  /** Nobody's account is left with it, so that they are forgotten here too. */
  ends?: boolean;
  /** What lasts of it already, should this transaction not: passes before it. */
  lasting?: Pending;
};

export type Closure = typeof retentionClosures.$inferSelect;
export type ClosureKey = Pick<Closure, "scope" | "subject">;

export const closureKey = ({ scope, id }: Pick<ClosedAccount, "scope" | "id">): ClosureKey => ({
  scope,
  subject: keyedHash(`retention ${scope}`, id),
});
const isOf = ({ scope, subject }: ClosureKey) =>
  and(eq(retentionClosures.scope, scope), eq(retentionClosures.subject, subject));
/** By which those whose accounts end with it are known until it has ended (ended-accounts.ts). */
const markOf = ({ scope, subject }: ClosureKey): string => `${scope} ${subject}`;

export const findClosure = (ctx: Ctx, key: ClosureKey): Promise<Closure | undefined> =>
  withTransaction(ctx, (tx) => tx.db.select().from(retentionClosures).where(isOf(key))).then(([one]) => one);

/** @param members whose accounts themselves end with it */
export async function beginClosure(
  { ctx, sweep }: Counting,
  key: ClosureKey,
  { closedAt, again, members }: { closedAt: Temporal.Instant; again: boolean; members: readonly string[] | null },
): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await stillMine(tx, sweep);
    if (members) await noteEnding(tx, markOf(key), members);
    // Looked at again, it stays due until that is done; closed anew, nothing of it is.
    const begun = { ...key, closedAt, againAt: again ? sweep.at : null };
    const set = { ...begun, ...(again ? {} : { classes: [] }) };
    await tx.db
      .insert(retentionClosures)
      .values(begun)
      .onConflictDoUpdate({ target: [retentionClosures.scope, retentionClosures.subject], set });
  });
}

/** The account was opened again. */
export const dropClosure = (ctx: Ctx, key: ClosureKey): Promise<void> =>
  withTransaction(ctx, async (tx) => {
    await tx.db.delete(retentionClosures).where(isOf(key));
    await dropEnding(tx, markOf(key));
  });

/** Just before it lasts. */
export const notePending = ({ ctx, sweep }: Counting, key: ClosureKey, pending: Pending): Promise<void> =>
  withTransaction(ctx, async (tx) => {
    await stillMine(tx, sweep);
    await tx.db.update(retentionClosures).set({ pending }).where(isOf(key));
  });

/** Seen to before, since it was closed this time. */
export const isAgain = (known: Closure | undefined, { closedAt }: ClosedAccount): boolean =>
  Boolean(known?.classes.length) && known?.closedAt.equals(closedAt) === true;

export function isDone(
  known: Closure | undefined,
  { closedAt }: ClosedAccount,
  classes: ReadonlySet<RetentionClass>,
  { at }: Pick<Sweep, "at">,
): boolean {
  if (!known?.closedAt.equals(closedAt)) return false;
  if (known.classes.length === 0 || [...classes].some((name) => !known.classes.includes(name))) return false;
  return !known.againAt || Temporal.Instant.compare(known.againAt, at) > 0;
}

/**
 * Of accounts that are due, which classes are still to be ended, so that a dry run promises none that was done before. What had to stay
 * and is looked at again counts.
 */
export async function openClasses(
  ctx: Ctx,
  sweep: Pick<Sweep, "at">,
  scope: Scope,
  accounts: readonly ClosedAccount[],
): Promise<(account: ClosedAccount, name: RetentionClass) => boolean> {
  const subjects = accounts.map((account) => closureKey(account).subject);
  const rows =
    subjects.length === 0
      ? []
      : await withTransaction(ctx, (tx) =>
          tx.db
            .select()
            .from(retentionClosures)
            .where(and(eq(retentionClosures.scope, scope), inArray(retentionClosures.subject, subjects))),
        );
  const known = new Map(rows.map((row) => [row.subject, row]));
  return (account, name) => !isDone(known.get(closureKey(account).subject), account, new Set([name]), sweep);
}

/** What is held goes as soon as it is not; what had to stay for something else may go later. */
export const againFor = (fates: readonly Fate[], { at }: Sweep): Temporal.Instant | null =>
  fates.some(({ held }) => held > 0)
    ? at
    : fates.some(({ reduced, emptiedBefore = 0 }) => reduced + emptiedBefore > 0)
      ? at.add({ hours: 24 * againDays })
      : null;

export const earlier = (one: Temporal.Instant | null, other: Temporal.Instant | null): Temporal.Instant | null =>
  one && other ? (Temporal.Instant.compare(one, other) < 0 ? one : other) : (one ?? other);

/** The runs of a sweep to which is added what ending accounts did. */
export type Counting = { ctx: Ctx; sweep: Sweep; map: DataMap; runs: ReadonlyMap<string, Run> };

/** Under which a collection's run stands in {@link Counting}. */
export const keyOf = (system: string, collection: string) => JSON.stringify([system, collection]);

/** Adds what an account's end did to the runs of this sweep, and remembers the account while there is anything left of it. */
export async function countEnded(
  { ctx, sweep, map, runs }: Counting,
  key: ClosureKey,
  pending: Pending,
): Promise<void> {
  const { system, fates, classes, isLast, isAgain, again, ends } = pending;
  await withTransaction(ctx, async (tx) => {
    await stillMine(tx, sweep);
    for (const { collection, deleted, anonymised, reduced, unlinked: cut, held } of fates) {
      const run = runs.get(keyOf(system, collection));
      const more = { deleted, emptied: isAgain ? 0 : reduced + anonymised, cut, held };
      if (!run || Object.values(more).every((rows) => rows === 0)) continue;
      const [now] = await tx.db.select().from(retentionRuns).where(eq(retentionRuns.id, run.id)).for("update");
      if (!now) continue;
      await tx.db
        .update(retentionRuns)
        .set(plus(totalsOf(now), { ...more, accounts: 1 }))
        .where(eq(retentionRuns.id, run.id));
    }
    if (isLast && ends) await noteEnded(tx, markOf(key));
    const home = homeSystem(map);
    const account = fates.find(({ collection }) => collection === home[key.scope]?.collection);
    // With the account's own row nobody can find it again, nor has to.
    if (isLast && account && account.deleted > 0 && !again) {
      await tx.db.delete(retentionClosures).where(isOf(key));
      return;
    }
    const ended = isLast ? { classes, againAt: again ? Temporal.Instant.from(again) : null } : {};
    await tx.db
      .update(retentionClosures)
      .set({ pending: null, ...ended })
      .where(isOf(key));
  });
}

/** Accounts whose transaction was noted by a sweep that fell: counted now if it lasted. */
export async function settlePending(counting: Counting): Promise<void> {
  const { ctx, map } = counting;
  const open = await withTransaction(ctx, (tx) =>
    tx.db.select().from(retentionClosures).where(isNotNull(retentionClosures.pending)),
  );
  for (const { scope, subject, pending } of open) {
    const one = pending as Pending;
    const url = map.systems.filter(({ name }) => name === one.system).map(eraserUrl)[0];
    const lasting = url && (await hasLasted(url, one.transaction)) ? one : one.lasting;
    if (lasting) await countEnded(counting, { scope, subject }, lasting);
    else
      await withTransaction(ctx, (tx) =>
        tx.db.update(retentionClosures).set({ pending: null }).where(isOf({ scope, subject })),
      );
  }
}
