import { config } from "../../trust-center.config";
import { endOfDay } from "../calendar";
import { literal, quoted } from "../data-map/identifiers";
import { isMomentSql, momentSql, timeFormOf } from "../data-map/moment";
import { accountsOf, fieldOf } from "../data-map/named";
import type { Collection, Scope, System } from "../data-map/types";

// From when an account counts as closed, as its column says it: receipts, pages and sweeps count from the very same instant.

type Fields = Pick<Collection, "fields">;

/** Of a day nobody knows at which hour: it counts from its end, by the calendar of the sweeps, so that nothing goes early. */
const holdsDays = (collection: Fields | undefined, name: string | null): boolean =>
  /^date\b/i.test(fieldOf(collection, name)?.type ?? "") && (!collection || timeFormOf(collection, name) === null);

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

/** SQL of the instant from which an account of row `row` counts as closed; to be asked where it names one. */
export const closedSql = (collection: Fields, name: string, row: string): string =>
  holdsDays(collection, name)
    ? `((least(${row}.${quoted(name)}, '9999-12-31'::date) + 1)::timestamp at time zone ${literal(config.clocks.zone)})`
    : momentSql(collection, name, row);

/** The same; null where its column names none. */
export const closedIfAnySql = (collection: Fields, name: string, row: string): string =>
  `(case when ${isMomentSql(collection, name, row)} then ${closedSql(collection, name, row)} end)`;
