import { config } from "../../trust-center.config";
import { endOfDay } from "../calendar";
import { holdsDays } from "../data-map/moment";
import { accountsOf } from "../data-map/named";
import type { Collection, Scope, System } from "../data-map/types";

// From when an account counts as closed, as its column says it: receipts, pages and sweeps count from the very same instant.

type Fields = Pick<Collection, "fields">;

/** What an erasure writes where an account closes: a day, or a time by whole seconds. */
export const closingWords = (at: Temporal.Instant, collection: Fields | undefined, name: string | null): string =>
  holdsDays(collection, name) ? dayOf(at).toString() : toSeconds(at).toString();

/** When an account that an erasure closes counts as closed, as its column will say it. */
export const closesAt = (
  at: Temporal.Instant,
  collection: Fields | undefined,
  name: string | null,
): Temporal.Instant => (holdsDays(collection, name) ? endOfDay(dayOf(at), config.clocks.zone) : toSeconds(at));

/** The day that ends first from then on. */
const dayOf = (at: Temporal.Instant) =>
  at.subtract({ nanoseconds: 1 }).toZonedDateTimeISO(config.clocks.zone).toPlainDate();
const toSeconds = (at: Temporal.Instant) => at.round({ smallestUnit: "second", roundingMode: "floor" });

/** {@link closesAt} of the person's own row and of the company's. */
export function closingsOf(at: Temporal.Instant, system: System) {
  const of = (scope: Scope) => closesAt(at, accountsOf(system, scope), system[scope]?.closed ?? null);
  return { account: of("person"), company: of("company") };
}
