import { and, eq, inArray, isNotNull } from "drizzle-orm";
import pg from "pg";
import type { RetentionClass } from "../../trust-center.config";
import type { Ctx } from "../context";
import { keyedHash } from "../crypto/hash";
import { membersOf } from "../data-map/company-members";
import { countsFrom } from "../data-map/counts-from";
import { type Held, heldIn, type Rows } from "../data-map/held";
import { homeSystem } from "../data-map/load";
import { ReachError } from "../data-map/reach-error";
import type { Collection, DataMap, Scope } from "../data-map/types";
import { retentionClosures, retentionRuns } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { ErasureRefused } from "../erasure/catalog";
import { dropEnding, noteEnded, noteEnding } from "../erasure/ended-accounts";
import { inEachSystem } from "../erasure/erase-subject";
import { eraserUrl } from "../erasure/eraser-url";
import type { Fate } from "../erasure/execute";
import { endsWithPerson, mapFor } from "../erasure/kept-until";
import { hasLasted } from "../erasure/lasting";
import { ErasurePutOff } from "../erasure/one-at-a-time";
import type { Over } from "../erasure/over";
import { type ErasureOrder, eraseInSystem, type Outcome } from "../erasure/run-system";
import { stoppedBy } from "../erasure/stopped-by";
import { faultPoint } from "../faults";
import { accountsOver, type ClosedAccount, isStillClosed, lateMembers, lockClosed } from "./closed-accounts";
import { type Elsewhere, rowsOfCompanies, rowsOfLate } from "./ending-elsewhere";
import { plus, type Run, type Sweep, stillMine, totalsOf } from "./ledger";
import type { SweepOptions } from "./sweep-system";
import { type ClosingRule, dueClasses, isDueFor, mapAtEnd, rulesFor } from "./what-ends";

/** An account that left a stub, since something that stays points at it, is looked at again after so many days. */
const againDays = 30;

type Pending = {
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
/** What ending accounts needs in one sweep. */
export type Closing = {
  ctx: Ctx;
  sweep: Sweep;
  /** Of the home system. */
  client: pg.ClientBase;
  map: DataMap;
  rules: readonly ClosingRule[];
  runs: ReadonlyMap<string, Run>;
  kept: SweepOptions["kept"];
};
class Reopened extends Error {
  override name = "Reopened";
}

/** Under which a collection's run stands in {@link Closing}. */
export const keyOf = (system: string, collection: string) => JSON.stringify([system, collection]);

const subjectOf = ({ scope, id }: Pick<ClosedAccount, "scope" | "id">): string => keyedHash(`retention ${scope}`, id);
const closureOf = ({ scope, subject }: { scope: Scope; subject: string }) =>
  and(eq(retentionClosures.scope, scope), eq(retentionClosures.subject, subject));

/** Ends one account, unless that was done before. @returns what stopped it @throws ErasurePutOff when it is tried again soon */
export async function endAccount(closing: Closing, account: ClosedAccount): Promise<string | null> {
  const { ctx, sweep, client, rules, kept } = closing;
  const map = mapFor(closing.map, account);
  const home = homeSystem(map);
  const due = dueClasses(rulesFor(closing.map, account, rules), account.closedAt);
  const classes = new Set(due.map(({ name }) => name));
  const key = { scope: account.scope, subject: subjectOf(account) };
  const known = await withTransaction(ctx, (tx) => tx.db.select().from(retentionClosures).where(closureOf(key)));
  if (isDone(known[0], account, classes, sweep)) return null;
  const isDue = (collection: Collection) => isDueFor(home, collection, account.scope, classes);
  const subject =
    account.scope === "company"
      ? { platformUserId: "", platformCompanyId: account.id }
      : { platformUserId: account.id, platformCompanyId: null };
  const people = home.collections.find(({ name }) => name === home.person.collection);
  const ends = people !== undefined && isDue(people);
  const late = account.scope === "person" ? [] : await lateMembers(client, home, account.id);
  const members =
    account.scope === "person"
      ? [account.id]
      : (await membersOf(client, home, account.id)).filter((member) => !late.includes(member));
  await withTransaction(ctx, async (tx) => {
    await stillMine(tx, sweep);
    if (ends) await noteEnding(tx, markOf(key), members);
    // Looked at again, it stays due until that is done; closed anew, nothing of it is.
    const again = isAgain(known[0], account);
    const begun = { ...key, closedAt: account.closedAt, againAt: again ? sweep.at : null };
    const set = { ...begun, ...(again ? {} : { classes: [] }) };
    await tx.db
      .insert(retentionClosures)
      .values(begun)
      .onConflictDoUpdate({ target: [retentionClosures.scope, retentionClosures.subject], set });
  });
  await faultPoint("retention.account-found");
  const held = await kept();
  const standing = new Set(held.flatMap(({ id: one }) => one ?? []));
  const end: End = {
    key,
    standing,
    classes: [...classes],
    isDue,
    over: accountsOver(homeSystem(closing.map), account, due, rules),
    isAgain: isAgain(known[0], account),
    again: null,
    ends,
    elsewhere: account.alone ? rowsOfCompanies(closing.map) : await rowsOfLate(map, late),
    lasts: false,
    locked: true,
  };
  let at = home.name;
  try {
    await inEachSystem(
      {
        map: mapAtEnd(map, account.scope, isDue),
        subject,
        scope: account.scope,
        proven: true,
        kept: held,
        closedAt: sweep.at,
      },
      (url, order) => {
        at = order.system.name;
        return inOneSystem(closing, end, account, url, limited(closing, order, end, account));
      },
    );
    return null;
  } catch (error) {
    if (error instanceof Reopened) {
      await withTransaction(ctx, async (tx) => {
        await tx.db.delete(retentionClosures).where(closureOf(key));
        await dropEnding(tx, markOf(key));
      });
      return null;
    }
    if (error instanceof ErasurePutOff) throw error;
    if (!concernsAccount(error)) throw error;
    return stoppedBy(error, at);
  }
}

/** What was refused of one account stops no other; without the database, or as somebody else took over, nothing goes on. */
const concernsAccount = (error: unknown): boolean =>
  error instanceof ErasureRefused ||
  error instanceof ReachError ||
  (error instanceof pg.DatabaseError && !/^(08|57P)/.test(error.code ?? ""));

type Known = typeof retentionClosures.$inferSelect | undefined;

/** Seen to before, since it was closed this time. */
const isAgain = (known: Known, { closedAt }: ClosedAccount): boolean =>
  Boolean(known?.classes.length) && known?.closedAt.equals(closedAt) === true;

function isDone(
  known: Known,
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
  const subjects = accounts.map(subjectOf);
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
  return (account, name) => !isDone(known.get(subjectOf(account)), account, new Set([name]), sweep);
}

/** Everything that is not due stays as it is; and nothing is done to an account that is open again. */
function limited(closing: Closing, order: ErasureOrder, end: End, account: ClosedAccount): ErasureOrder {
  const home = homeSystem(closing.map);
  return {
    ...order,
    ...(order.system.name === home.name ? { over: end.over } : {}),
    // The account's other periods are found by it too, when they are over, and so is what goes with a person's company.
    later: (collection) =>
      !end.isDue(collection) &&
      (account.scope === "company" || endsWithPerson(home, collection) || collection.companyField === null) &&
      countsFrom(collection.retention) === "account closure",
    held: async (client) => {
      if (order.system.name === home.name && !end.lasts) {
        const { closed, locked } = await lockClosed(client, home, account);
        if (!closed) throw new Reopened("the account was opened again");
        end.locked = locked;
      }
      // Whose rows a hold keeps, the map says as it is.
      const asMapped = closing.map.systems.find(({ name }) => name === order.system.name) ?? order.system;
      const held = await heldIn(client, asMapped, order.kept ?? []);
      const elsewhere = await end.elsewhere(client, order.system);
      const notDue: Held = (collection, row) => {
        if (end.isDue(collection)) return either(held, elsewhere)(collection, row);
        // What triggers write of this very ending is no record whose time is to be waited for: it goes with what it tells of.
        return collection.byTriggers ? `${row}.xmin is distinct from pg_current_xact_id_if_assigned()::xid` : "true";
      };
      const awaited = held.awaited ? either(held.awaited, elsewhere) : elsewhere;
      return Object.assign(notDue, { awaited, leading: held.leading, elsewhere });
    },
  };
}

const either =
  (one: Rows, other: Rows): Rows =>
  (collection, row) =>
    [one(collection, row), other(collection, row)].flatMap((each) => (each ? `(${each})` : [])).join(" or ") || null;

type ClosureKey = { scope: Scope; subject: string };
const markOf = ({ scope, subject }: ClosureKey): string => `${scope} ${subject}`;
type End = {
  key: ClosureKey;
  classes: RetentionClass[];
  isDue: (collection: Collection) => boolean;
  over: Over | undefined;
  /** The holds that stood when it began, by their ids. */
  standing: ReadonlySet<string>;
  isAgain: boolean;
  /** What the systems that are done left for later. */
  again: Temporal.Instant | null;
  /** The accounts themselves are due, and nothing of what was is held. */
  ends: boolean;
  /** What ends with another account. */
  elsewhere: Elsewhere;
  /** A pass of it lasts on the home system, or is about to: that the account is another one than it was is its doing. */
  lasts: boolean;
  /** Nobody opens the account again until that lasts; else who is about to make it last looks once more. */
  locked: boolean;
};

/** What is about to last is noted before it does; afterwards it is counted, once. */
async function inOneSystem(
  closing: Closing,
  end: End,
  account: ClosedAccount,
  url: string,
  order: ErasureOrder,
): Promise<Outcome> {
  const { ctx, sweep, map } = closing;
  const home = homeSystem(map);
  const { key, classes, isDue } = end;
  const system = order.system.name;
  const pendingOf = ({ fates: all, transaction }: Outcome): Pending => {
    const fates = all.filter(({ collection }) =>
      order.system.collections.some((one) => one.name === collection && isDue(one)),
    );
    return {
      ...{ system, transaction, classes, isLast: system === home.name, isAgain: end.isAgain, fates },
      again: earlier(end.again, againFor(fates, sweep))?.toString() ?? null,
      ends: end.ends && fates.every(({ held }) => held === 0),
    };
  };
  const outcome = await eraseInSystem(url, { ...order, refresh: "later" }, async (before, lasting) => {
    if ((await closing.kept()).some(({ id }) => id && !end.standing.has(id)))
      throw new ErasurePutOff(`${system}: a hold was asked for meanwhile; it is tried again`);
    await withTransaction(ctx, async (tx) => {
      await stillMine(tx, sweep);
      await tx.db
        .update(retentionClosures)
        .set({ pending: { ...pendingOf(before), ...(lasting ? { lasting: pendingOf(lasting) } : {}) } })
        .where(closureOf(key));
    });
    await faultPoint("retention.account-noted");
    if (system !== home.name) return;
    if (!end.lasts && !end.locked && !(await isStillClosed(closing.client, home, account)))
      throw new Reopened("the account was opened again");
    end.lasts = true;
  });
  await faultPoint("retention.account-lasting");
  const done = pendingOf(outcome);
  await count(closing, key, done);
  end.again = done.again ? Temporal.Instant.from(done.again) : null;
  end.ends = done.ends === true;
  return outcome;
}

/** What is held goes as soon as it is not; what had to stay for something else may go later. */
const againFor = (fates: readonly Fate[], { at }: Sweep): Temporal.Instant | null =>
  fates.some(({ held }) => held > 0)
    ? at
    : fates.some(({ reduced, emptiedBefore = 0 }) => reduced + emptiedBefore > 0)
      ? at.add({ hours: 24 * againDays })
      : null;

const earlier = (one: Temporal.Instant | null, other: Temporal.Instant | null): Temporal.Instant | null =>
  one && other ? (Temporal.Instant.compare(one, other) < 0 ? one : other) : (one ?? other);

/** Adds what an account's end did to the runs of this sweep, and remembers the account while there is anything left of it. */
async function count({ ctx, sweep, map, runs }: Closing, key: ClosureKey, pending: Pending): Promise<void> {
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
      await tx.db.delete(retentionClosures).where(closureOf(key));
      return;
    }
    const ended = isLast ? { classes, againAt: again ? Temporal.Instant.from(again) : null } : {};
    await tx.db
      .update(retentionClosures)
      .set({ pending: null, ...ended })
      .where(closureOf(key));
  });
}

/** Accounts whose transaction was noted by a sweep that fell: counted now if it lasted. */
export async function settlePending(closing: Closing): Promise<void> {
  const { ctx, map } = closing;
  const open = await withTransaction(ctx, (tx) =>
    tx.db.select().from(retentionClosures).where(isNotNull(retentionClosures.pending)),
  );
  for (const { scope, subject, pending } of open) {
    const one = pending as Pending;
    const url = map.systems.filter(({ name }) => name === one.system).map(eraserUrl)[0];
    const lasting = url && (await hasLasted(url, one.transaction)) ? one : one.lasting;
    if (lasting) await count(closing, { scope, subject }, lasting);
    else
      await withTransaction(ctx, (tx) =>
        tx.db.update(retentionClosures).set({ pending: null }).where(closureOf({ scope, subject })),
      );
  }
}
