import { and, eq, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { dueAt } from "../calendar";
import { mySubject } from "../cases/queries";
import type { Ctx } from "../context";
import { dataMap, homeSystem } from "../data-map/load";
import { agesReached } from "../data-map/reach-ages";
import type { Collection, DataMap, PolicyCategory, Scope } from "../data-map/types";
import { cases, packages, recordAccesses, sessions } from "../db/schema";
import { withRead } from "../db/transaction";
import { endsWithPerson, endWith, keptForWords, mapFor } from "../erasure/kept-until";
import { type HoldForPerson, myHolds } from "../holds/queries";
import { periodInWords } from "../in-words";
import { log } from "../log";
import { inForce } from "../policy/queries";
import { type PolicyValues, valuesOf } from "../policy/values";
import { type Closings, closings } from "./closings";
import { ownRules } from "./own-rules";
import { goesWithPerson } from "./what-ends";

export type KeptItem = {
  key: string;
  label: string;
  category: PolicyCategory | null;
  rows: number;
  /** Such as "2 years after creation". */
  rule: string;
  /** When the first of it goes, or all of it; null while the account is open and nothing is counted yet. */
  until: Temporal.Instant | null;
  /** That was before now: what stays is held, waits, or goes with the next sweep. */
  isOver: boolean;
  /** Whose account has to close before anything is counted; null for what goes by its age. */
  whileOpen: Scope | null;
  /** Whether `until` is the oldest record's time, and the others follow. */
  first: boolean;
};

export type Kept = {
  /** Null when the platform does not answer. */
  platform: KeptItem[] | null;
  own: KeptItem[];
  holds: HoldForPerson[];
};

/** What is kept about the signed-in person, why and until when, on the platform and here; null when nobody is signed in. */
export async function keptForMe(ctx: Ctx): Promise<Kept | null> {
  const subject = await mySubject(ctx);
  if (!subject) return null;
  const { platformUserId, platformCompanyId } = subject;
  const [platform, own, holds, now] = await Promise.all([
    platformUserId ? onPlatform(ctx, { platformUserId, platformCompanyId }).catch(unanswered) : [],
    here(ctx, subject.personId),
    myHolds(ctx),
    withRead(ctx, async (tx) => tx.now),
  ]);
  const told = (items: Counted[]): KeptItem[] =>
    items.map((item) => ({ ...item, isOver: item.until !== null && Temporal.Instant.compare(item.until, now) < 0 }));
  return { platform: platform && told(platform), own: told(own), holds };
}

type Counted = Omit<KeptItem, "isOver">;

const unanswered = (error: unknown): null => {
  log.error({ err: error }, "asking what is kept failed");
  return null;
};

type Asked = { platformUserId: string; platformCompanyId: string | null };

async function onPlatform(ctx: Ctx, subject: Asked): Promise<Counted[]> {
  const [found, policy, closed] = await Promise.all([
    agesReached(subject, "person"),
    inForce(ctx),
    closings(homeSystem(), subject),
  ]);
  const periods = valuesOf(policy?.number ?? 0).retention;
  const map = mapFor(dataMap(), { scope: "person", alone: subject.platformCompanyId === null });
  return found
    .filter(({ rows }) => rows > 0)
    .map(({ system, collection, rows, oldest }): Counted => {
      const ending = endFor(map, { system, collection }, closed, periods);
      const retention = ending?.retention ?? collection.retention;
      const first = oldest && dueAt(oldest, periods[retention], config.clocks.zone);
      return {
        ...{ key: `${system}/${collection.name}`, label: collection.label, category: collection.policyCategory, rows },
        rule: keptForWords(retention, periods),
        until: ending ? ending.endsAt : first,
        whileOpen: ending?.account ?? null,
        first: !ending,
      };
    });
}

/** With which class rows go that end with an account, the person's or the company's, as the sweeps end them; null for what goes by its age. */
function endFor(
  map: DataMap,
  found: { system: string; collection: Collection },
  closed: Closings,
  periods: PolicyValues["retention"],
) {
  const home = homeSystem(map);
  const system = map.systems.find(({ name }) => name === found.system);
  const collection = system?.collections.find(({ name }) => name === found.collection.name) ?? found.collection;
  // A member whose own account was never closed ends with the company.
  const own = closed.person || !closed.company ? "person" : "company";
  const accounts: Scope[] = endsWithPerson(home, collection)
    ? [own]
    : goesWithPerson(home, collection) && collection.name !== home.company?.collection
      ? ["person", "company"]
      : ["company"];
  return accounts
    .flatMap((account) => {
      const ending = endWith(collection, account, closed[account], periods);
      return ending ? { ...ending, account } : [];
    })
    .toSorted(byEnd)[0];
}

const byEnd = (a: { endsAt: Temporal.Instant | null }, b: { endsAt: Temporal.Instant | null }): number =>
  a.endsAt && b.endsAt ? Temporal.Instant.compare(a.endsAt, b.endsAt) : Number(!a.endsAt) - Number(!b.endsAt);

const ruleWords = (name: string): string => {
  const rule = ownRules.find((one) => one.name === name);
  return rule ? `${periodInWords(rule.period)} after ${rule.from}` : "";
};

/** What the trust center itself keeps about them, counted as they may see it. */
function here(ctx: Ctx, personId: string): Promise<Counted[]> {
  return withRead(ctx, async (tx) => {
    const [mine] = await tx.db
      .select({ rows: sql<number>`count(*)::int`, closed: sql<string | null>`min(${cases.closedAt})::text` })
      .from(cases)
      .where(eq(cases.subjectId, personId));
    const [files] = await tx.db
      .select({ rows: sql<number>`count(*)::int`, until: sql<string | null>`min(${packages.expiresAt})::text` })
      .from(packages)
      .where(and(eq(packages.personId, personId), isNull(packages.removedAt), sql`${packages.readyAt} is not null`));
    const [signIns] = await tx.db
      .select({ rows: sql<number>`count(*)::int` })
      .from(sessions)
      .where(eq(sessions.userId, personId));
    // What an officer concealed is not theirs to see here either.
    const [looks] = await tx.db
      .select({ rows: sql<number>`count(*)::int`, first: sql<string | null>`min(${recordAccesses.at})::text` })
      .from(recordAccesses)
      .where(eq(recordAccesses.personId, personId));
    const item = (name: string, rows: number, until: Temporal.Instant | null, first: boolean): Counted => ({
      ...{ key: name, label: ownRules.find((one) => one.name === name)?.label ?? name, category: null, rows },
      ...{ rule: ruleWords(name), until, first, whileOpen: null },
    });
    const closed = mine?.closed ? dueAt(Temporal.Instant.from(mine.closed), config.cases.keep, "UTC") : null;
    const looked = looks?.first ? dueAt(Temporal.Instant.from(looks.first), config.staffAccess.keep, "UTC") : null;
    const expires = files?.until ? Temporal.Instant.from(files.until) : null;
    return [
      item("cases", mine?.rows ?? 0, closed, true),
      item("packages", files?.rows ?? 0, expires, true),
      item("sessions", signIns?.rows ?? 0, null, false),
      item("access-receipts", looks?.rows ?? 0, looked, true),
    ].filter(({ rows }) => rows > 0);
  });
}
