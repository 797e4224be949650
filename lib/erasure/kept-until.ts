import { config, type RetentionClass } from "../../trust-center.config";
import { dueAt } from "../calendar";
import type { Collection, Scope } from "../data-map/types";
import { periodInWords } from "../in-words";

/** When the keeping ends: in words always, and the instant where it is known. */
export type KeptUntil = { retention: RetentionClass; period: string; words: string; endsAt: string | null };

/** When the accounts were closed; null while they are open. */
export type Closures = { account: Temporal.Instant; company: Temporal.Instant | null };

/**
 * Until when rows that stayed are kept. Counted from the closure of the account that they belong to: a company's rows from the
 * company's, which may be open still, and then nobody knows. What is counted from its own creation ends at the latest so long
 * after the erasure, since nothing was made later. By the calendar by which sweeps act.
 */
export function keptUntil(
  collection: Pick<Collection, "companyField" | "erasure" | "retention">,
  {
    scope,
    isAccount,
    closures,
    erasedAt,
    periods,
  }: {
    scope: Scope;
    /** The person's own row, which has a company and yet ends with the person's account. */
    isAccount: boolean;
    closures: Closures;
    erasedAt: Temporal.Instant;
    /** ISO 8601 durations by the policy version in force. */
    periods: Record<RetentionClass, string>;
  },
): KeptUntil {
  const retention = collection.erasure[scope].until ?? collection.retention;
  const period = periods[retention];
  const { from } = config.retention[retention];
  const endsAt = (since: Temporal.Instant) => dueAt(since, period, config.clocks.zone).toString();
  const words = `${periodInWords(period)} after ${from}`;
  if (from === "creation") return { retention, period, words: `${words}, at the latest`, endsAt: endsAt(erasedAt) };
  const closed =
    scope === "person" && (collection.companyField === null || isAccount) ? closures.account : closures.company;
  return { retention, period, words, endsAt: closed && endsAt(closed) };
}
