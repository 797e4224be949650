import { and, eq, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { dueAt } from "../calendar";
import { mySubject } from "../cases/queries";
import type { Ctx } from "../context";
import { homeSystem } from "../data-map/load";
import { agesReached } from "../data-map/reach-ages";
import type { PolicyCategory } from "../data-map/types";
import { cases, packages, recordAccesses, sessions } from "../db/schema";
import { withRead } from "../db/transaction";
import { endsWithPerson } from "../erasure/kept-until";
import { type HoldForPerson, myHolds } from "../holds/queries";
import { periodInWords } from "../in-words";
import { log } from "../log";
import { inForce } from "../policy/queries";
import { valuesOf } from "../policy/values";
import { closings } from "./closings";
import { ownRules } from "./own-rules";
import { countsFrom, rulesOf } from "./rules";

export type KeptItem = {
  key: string;
  label: string;
  category: PolicyCategory | null;
  rows: number;
  /** Such as "2 years after creation". */
  rule: string;
  /** When the first of it goes, or all of it; null while the account is open and nothing is counted yet. */
  until: Temporal.Instant | null;
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
  const [platform, own, holds] = await Promise.all([
    platformUserId ? onPlatform(ctx, { platformUserId, platformCompanyId }).catch(unanswered) : [],
    here(ctx, subject.personId),
    myHolds(ctx),
  ]);
  return { platform, own, holds };
}

const unanswered = (error: unknown): null => {
  log.error({ err: error }, "asking what is kept failed");
  return null;
};

type Asked = { platformUserId: string; platformCompanyId: string | null };

async function onPlatform(ctx: Ctx, subject: Asked): Promise<KeptItem[]> {
  const [found, policy, closed] = await Promise.all([
    agesReached(subject, "person"),
    inForce(ctx),
    closings(homeSystem(), subject),
  ]);
  const rules = new Map(rulesOf(valuesOf(policy?.number ?? 0)).map((rule) => [rule.name, rule]));
  const people = homeSystem().collections.find(({ name }) => name === homeSystem().person.collection);
  return found
    .filter(({ rows }) => rows > 0)
    .flatMap(({ system, collection, rows, oldest }): KeptItem[] => {
      const rule = rules.get(collection.retention);
      if (!rule) return [];
      const aging = countsFrom(rule.name) === "creation";
      // The person's own account ends with themselves, the rest of the company with the company.
      const ended =
        rule.name === people?.retention || endsWithPerson(homeSystem(), collection)
          ? (earliest(closed.person, closed.company) ?? null)
          : closed.company;
      const from = aging ? oldest : ended;
      return [
        {
          ...{
            key: `${system}/${collection.name}`,
            label: collection.label,
            category: collection.policyCategory,
            rows,
          },
          rule: `${periodInWords(rule.period)} after ${rule.from}`,
          until: from ? dueAt(from, rule.period, config.clocks.zone) : null,
          first: aging,
        },
      ];
    });
}

const earliest = (a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null =>
  a && b ? (Temporal.Instant.compare(a, b) < 0 ? a : b) : (a ?? b);

const ruleWords = (name: string): string => {
  const rule = ownRules.find((one) => one.name === name);
  return rule ? `${periodInWords(rule.period)} after ${rule.from}` : "";
};

/** What the trust center itself keeps about them, counted as they may see it. */
function here(ctx: Ctx, personId: string): Promise<KeptItem[]> {
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
    const item = (name: string, rows: number, until: Temporal.Instant | null, first: boolean): KeptItem => ({
      ...{ key: name, label: ownRules.find((one) => one.name === name)?.label ?? name, category: null, rows },
      ...{ rule: ruleWords(name), until, first },
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
