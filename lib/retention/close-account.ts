import pg from "pg";
import type { RetentionClass } from "../../trust-center.config";
import { membersOf } from "../data-map/company-members";
import { countsFrom } from "../data-map/counts-from";
import { anyRows, type Held, heldIn, type KeptBack } from "../data-map/held";
import { homeSystem } from "../data-map/load";
import { accountsOf } from "../data-map/named";
import { ReachError } from "../data-map/reach-error";
import { subjectOf } from "../data-map/subject-of";
import type { Collection } from "../data-map/types";
import { ErasureRefused } from "../erasure/catalog";
import { inEachSystem } from "../erasure/erase-subject";
import { endsWithPerson, mapFor } from "../erasure/kept-until";
import { ErasurePutOff } from "../erasure/one-at-a-time";
import type { Over } from "../erasure/over";
import { type ErasureOrder, eraseInSystem, type Outcome } from "../erasure/run-system";
import { isLocked, stoppedBy } from "../erasure/stopped-by";
import { faultPoint } from "../faults";
import { type StandingHolds, standingIn } from "../holds/kept-back";
import { accountsOver, type ClosedAccount, isStillClosed, lateMembers, lockClosed } from "./closed-accounts";
import {
  againFor,
  beginClosure,
  type ClosureKey,
  type Counting,
  closureKey,
  countEnded,
  dropClosure,
  earlier,
  findClosure,
  isAgain,
  isDone,
  notePending,
  type Pending,
} from "./closures";
import { type Elsewhere, rowsOfCompanies, rowsOfLate } from "./ending-elsewhere";
import { type Guard, guardAccount, noGuard } from "./guard-account";
import { tellingHeld } from "./held-elsewhere";
import type { SweepOptions } from "./sweep-system";
import { type ClosingRule, dueClasses, isDueFor, mapAtEnd, rulesFor } from "./what-ends";

/** What ending accounts needs in one sweep. */
export type Closing = Counting & {
  /** Of the home system. */
  client: pg.ClientBase;
  rules: readonly ClosingRule[];
  kept: SweepOptions["kept"];
};
class Reopened extends Error {
  override name = "Reopened";
}

/** Ends one account, unless that was done before. @returns what stopped it @throws ErasurePutOff when it is tried again soon */
export async function endAccount(closing: Closing, account: ClosedAccount): Promise<string | null> {
  const { ctx, sweep, client, rules, kept } = closing;
  const map = mapFor(closing.map, account);
  const home = homeSystem(map);
  const due = dueClasses(rulesFor(closing.map, account, rules), account.closedAt);
  const classes = new Set(due.map(({ name }) => name));
  const key = closureKey(account);
  const known = await findClosure(ctx, key);
  if (isDone(known, account, classes, sweep)) return null;
  const isDue = (collection: Collection) => isDueFor(home, collection, account.scope, classes);
  const subject = subjectOf(account.scope, account.id);
  const people = accountsOf(home, "person");
  const ends = people !== undefined && isDue(people);
  const late = account.scope === "person" ? [] : await lateMembers(client, home, account.id);
  const members =
    account.scope === "person"
      ? [account.id]
      : (await membersOf(client, home, account.id)).filter((member) => !late.includes(member));
  const again = isAgain(known, account);
  await beginClosure(closing, key, { closedAt: account.closedAt, again, members: ends ? members : null });
  await faultPoint("retention.account-found");
  const held = await kept();
  const standing = standingIn(held);
  const end: End = {
    key,
    standing,
    classes: [...classes],
    isDue,
    over: accountsOver(homeSystem(closing.map), account, due, rules),
    isAgain: again,
    again: null,
    ends,
    elsewhere: account.alone ? rowsOfCompanies(closing.map) : await rowsOfLate(map, late),
    telling: [],
    lasts: false,
    guard: noGuard,
    locked: true,
  };
  let at = home.name;
  try {
    if (map.systems.length > 1) end.guard = await guardAccount(client, home, account);
    if (!end.guard.closed) throw new Reopened("the account was opened again");
    end.locked = end.guard.locked;
    await inEachSystem(
      {
        map: mapAtEnd(map, account.scope, isDue),
        subject,
        scope: account.scope,
        proven: true,
        kept: held,
        closedAt: sweep.at,
      },
      async (url, order) => {
        at = order.system.name;
        const work = () => inOneSystem(closing, end, account, url, limited(closing, order, end, account));
        const outcome = await work().catch(async (error) => {
          // It may be our own lock that another system's triggers wait for: without it, who is about to make something last looks once more.
          if (!isLocked(error) || at === home.name || !end.guard.locked) throw error;
          await end.guard.letGo();
          return work();
        });
        // Home, which alone tells whose it is, comes last.
        if (at !== home.name && outcome.fates.some((fate) => fate.held > 0))
          end.telling.push(...(await tellingHeld(map, order.system, { account, members, kept: held })));
        return outcome;
      },
    );
    return null;
  } catch (error) {
    if (error instanceof Reopened) {
      await dropClosure(ctx, key);
      return null;
    }
    if (error instanceof ErasurePutOff) throw error;
    if (!concernsAccount(error)) throw error;
    return stoppedBy(error, at);
  } finally {
    await end.guard.letGo().catch(() => {});
  }
}

/** What was refused of one account stops no other; without the database, or as somebody else took over, nothing goes on. */
const concernsAccount = (error: unknown): boolean =>
  error instanceof ErasureRefused ||
  error instanceof ReachError ||
  (error instanceof pg.DatabaseError && !/^(08|57P)/.test(error.code ?? ""));

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
        await end.guard.handOver(client);
        const { closed, locked } = await lockClosed(client, home, account);
        if (!closed) throw new Reopened("the account was opened again");
        end.locked = locked;
      }
      // Whose rows a hold keeps, the map says as it is.
      const asMapped = closing.map.systems.find(({ name }) => name === order.system.name) ?? order.system;
      const held = await heldIn(client, asMapped, [...(order.kept ?? []), ...end.telling]);
      const elsewhere = await end.elsewhere(client, order.system);
      const notDue: Held = (collection, row) => {
        if (end.isDue(collection)) return anyRows([held, elsewhere])(collection, row);
        // What triggers write of this very ending is no record whose time is to be waited for: it goes with what it tells of.
        return collection.byTriggers ? `${row}.xmin is distinct from pg_current_xact_id_if_assigned()::xid` : "true";
      };
      const awaited = held.awaited ? anyRows([held.awaited, elsewhere]) : elsewhere;
      return Object.assign(notDue, { awaited, leading: held.leading, elsewhere });
    },
  };
}

type End = {
  key: ClosureKey;
  classes: RetentionClass[];
  isDue: (collection: Collection) => boolean;
  over: Over | undefined;
  /** The holds that stood when it began, by their ids. */
  standing: StandingHolds;
  isAgain: boolean;
  /** What the systems that are done left for later. */
  again: Temporal.Instant | null;
  /** The accounts themselves are due, and nothing of what was is held. */
  ends: boolean;
  /** What ends with another account. */
  elsewhere: Elsewhere;
  /** What is kept at home since another system holds what is found by it. */
  telling: KeptBack[];
  /** A pass of it lasts on the home system, or is about to: that the account is another one than it was is its doing. */
  lasts: boolean;
  guard: Guard;
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
  const { sweep, map } = closing;
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
    await notePending(closing, key, { ...pendingOf(before), ...(lasting ? { lasting: pendingOf(lasting) } : {}) });
    await faultPoint("retention.account-noted");
    // Before home's own transaction holds the lock it may have been lost with its session.
    const isSure = system === home.name && end.locked;
    if (!end.lasts && !isSure && !(await isStillClosed(closing.client, home, account)))
      throw new Reopened("the account was opened again");
    if (system === home.name) end.lasts = true;
  });
  await faultPoint("retention.account-lasting");
  const done = pendingOf(outcome);
  await countEnded(closing, key, done);
  end.again = done.again ? Temporal.Instant.from(done.again) : null;
  end.ends = done.ends === true;
  return outcome;
}
