import { config, type RetentionClass } from "../../trust-center.config";
import { dueAt } from "../calendar";
import { countsFrom } from "../data-map/counts-from";
import type { Collection, DataMap, Scope, System } from "../data-map/types";
import { withoutCompany } from "../data-map/without-company";
import { periodInWords } from "../in-words";

/** When the keeping ends: in words always, and the instant where it is known. */
export type KeptUntil = { retention: RetentionClass; period: string; words: string; endsAt: string | null };

/** When the accounts were closed; null while they are open. */
export type Closures = { account: Temporal.Instant; company: Temporal.Instant | null };

/** A company's account, a person's in one, or that of somebody in none. */
export type AccountKind = { scope: Scope; alone?: boolean };

/** The map by which it is asked what ends with an account. */
export const mapFor = (map: DataMap, { scope, alone }: AccountKind): DataMap =>
  scope === "person" && alone ? withoutCompany(map) : map;

/**
 * Whether rows end with the account of the person whose they are, and not with the company's: their own row does, what is no company's
 * does, and everything where there are no companies. The sweeps end them by the same word.
 */
export const endsWithPerson = (
  { person, company }: Pick<System, "person" | "company">,
  { name, scope }: Pick<Collection, "name" | "scope">,
): boolean => scope === "person" || !company || name === person?.collection;

/**
 * The classes that have all to be over before rows go with an account: their own, and on whatever ground the map keeps them for longer,
 * that one too. Of a company's rows also what an erasure of one person kept until then. None where rows go by their own age.
 */
export function endingClasses(
  { retention, erasure }: Pick<Collection, "retention" | "erasure">,
  account: Scope,
): RetentionClass[] {
  if (countsFrom(retention) === "creation") return [];
  const rules = account === "person" ? [erasure.person] : [erasure.person, erasure.company];
  const kept = rules.flatMap(({ action, until }) => (action === "keep" && until ? [until] : []));
  return [...new Set([retention, ...kept])];
}

/**
 * Whether the map keeps rows of a collection until so long after an account was closed, beyond what the account's own end takes.
 * @param scope of which account; missing: of either
 */
export function isKeptUntilClosing(
  system: Pick<System, "person" | "company">,
  collection: Collection,
  scope?: Scope,
): boolean {
  const counts = {
    person: collection.scope !== "company" && endsWithPerson(system, collection),
    company: collection.scope !== "person",
  };
  return (["person", "company"] as const).some(
    (one) =>
      (!scope || scope === one) &&
      counts[one] &&
      collection.erasure[one].action === "keep" &&
      endingClasses(collection, one).length > 0,
  );
}

/** Whether it does of any collection. */
export const keepsUntilClosing = (system: System, scope?: Scope): boolean =>
  system.collections.some((collection) => isKeptUntilClosing(system, collection, scope));

/** How long a class is kept: "7 years after account closure". */
export const keptForWords = (retention: RetentionClass, periods: Record<RetentionClass, string>): string =>
  `${periodInWords(periods[retention])} after ${config.retention[retention].from}`;

/**
 * Until when rows that stayed are kept: until the last of their classes is over. Counted from the closure of the account that they belong
 * to: a company's rows from the company's, which may be open still, and then nobody knows. What is counted from its own creation ends at
 * the latest so long after the erasure, since nothing was made later, whatever it was kept for: sweeps take it by its age. By the
 * calendar by which sweeps act.
 */
export function keptUntil(
  collection: Pick<Collection, "erasure" | "retention">,
  {
    scope,
    withPerson,
    isShared = false,
    closures,
    erasedAt,
    periods,
  }: {
    scope: Scope;
    /** See {@link endsWithPerson}. */
    withPerson: boolean;
    /** They stayed since they are somebody else's too: then they end with the last of those accounts, and nobody knows when. */
    isShared?: boolean;
    closures: Closures;
    erasedAt: Temporal.Instant;
    /** ISO 8601 durations by the policy version in force. */
    periods: Record<RetentionClass, string>;
  },
): KeptUntil {
  const account = scope === "person" && withPerson ? "person" : "company";
  const ending = endWith(collection, account, account === "person" ? closures.account : closures.company, periods);
  const retention = ending?.retention ?? collection.retention;
  const period = periods[retention];
  const words = keptForWords(retention, periods);
  const endsAt = isShared && account === scope ? null : ending?.endsAt;
  if (ending) return { retention, period, words, endsAt: endsAt?.toString() ?? null };
  const latest = dueAt(erasedAt, period, config.clocks.zone);
  return { retention, period, words: `${words}, at the latest`, endsAt: latest.toString() };
}

/** The class with which rows go at last once an account was closed, and when; null for what goes by its own age. */
export function endWith(
  collection: Pick<Collection, "erasure" | "retention">,
  account: Scope,
  closed: Temporal.Instant | null,
  periods: Record<RetentionClass, string>,
): { retention: RetentionClass; endsAt: Temporal.Instant | null } | null {
  const ends = (retention: RetentionClass, from: Temporal.Instant) =>
    dueAt(from, periods[retention], config.clocks.zone);
  const any = closed ?? Temporal.Instant.fromEpochMilliseconds(0);
  const [last] = endingClasses(collection, account).toSorted((a, b) =>
    Temporal.Instant.compare(ends(b, any), ends(a, any)),
  );
  return last ? { retention: last, endsAt: closed && ends(last, closed) } : null;
}
