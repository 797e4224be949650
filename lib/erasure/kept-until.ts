import { config, type RetentionClass } from "../../trust-center.config";
import { dueAt } from "../calendar";
import type { Collection, Scope, System } from "../data-map/types";
import { periodInWords } from "../in-words";

/** When the keeping ends: in words always, and the instant where it is known. */
export type KeptUntil = { retention: RetentionClass; period: string; words: string; endsAt: string | null };

/** When the accounts were closed; null while they are open. */
export type Closures = { account: Temporal.Instant; company: Temporal.Instant | null };

/**
 * Whether rows end with the account of the person whose they are, and not with the company's: their own row does, what is no company's
 * does, and everything where there are no companies. The sweeps end them by the same word.
 */
export const endsWithPerson = (
  { person, company }: Pick<System, "person" | "company">,
  { name, scope }: Pick<Collection, "name" | "scope">,
): boolean => scope === "person" || !company || name === person?.collection;

/** Whether the map keeps anything until so long after an account was closed, beyond what the account's own end takes. */
export const keepsUntilClosing = ({ person, company, collections }: System, scope?: Scope): boolean =>
  collections.some(({ name, scope: own, retention, erasure }) => {
    const counts = {
      person: own !== "company" && endsWithPerson({ person, company }, { name, scope: own }),
      company: own !== "person",
    };
    return (["person", "company"] as const).some((one) => {
      const { action, until } = erasure[one];
      if ((scope && scope !== one) || !counts[one] || action !== "keep") return false;
      return config.retention[until ?? retention].from === "account closure";
    });
  });

/**
 * Until when rows that stayed are kept. Counted from the closure of the account that they belong to: a company's rows from the
 * company's, which may be open still, and then nobody knows. What is counted from its own creation ends at the latest so long
 * after the erasure, since nothing was made later. By the calendar by which sweeps act.
 */
export function keptUntil(
  collection: Pick<Collection, "erasure" | "retention">,
  {
    scope,
    withPerson,
    closures,
    erasedAt,
    periods,
  }: {
    scope: Scope;
    /** See {@link endsWithPerson}. */
    withPerson: boolean;
    closures: Closures;
    erasedAt: Temporal.Instant;
    /** ISO 8601 durations by the policy version in force. */
    periods: Record<RetentionClass, string>;
  },
): KeptUntil {
  const endOf = (retention: RetentionClass): KeptUntil => {
    const period = periods[retention];
    const { from } = config.retention[retention];
    const endsAt = (since: Temporal.Instant) => dueAt(since, period, config.clocks.zone).toString();
    const words = `${periodInWords(period)} after ${from}`;
    if (from === "creation") return { retention, period, words: `${words}, at the latest`, endsAt: endsAt(erasedAt) };
    const closed = scope === "person" && withPerson ? closures.account : closures.company;
    return { retention, period, words, endsAt: closed && endsAt(closed) };
  };
  const own = endOf(collection.retention);
  const kept = endOf(collection.erasure[scope].until ?? collection.retention);
  // A sweep takes rows by their age whatever an erasure kept them for.
  const isFirst = own.endsAt !== null && (kept.endsAt === null || isEarlier(own.endsAt, kept.endsAt));
  return config.retention[own.retention].from === "creation" && isFirst ? own : kept;
}

const isEarlier = (a: string, b: string): boolean =>
  Temporal.Instant.compare(Temporal.Instant.from(a), Temporal.Instant.from(b)) < 0;
