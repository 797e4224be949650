import type { RetentionClass } from "../../trust-center.config";
import { cutoffOf } from "../calendar";
import { homeSystem } from "../data-map/load";
import { accountsOf } from "../data-map/named";
import type { Collection, DataMap, Scope, System } from "../data-map/types";
import { type AccountKind, endingClasses, endsWithPerson, mapFor } from "../erasure/kept-until";
import type { RetentionRule } from "./rules";

// Which rows end with which account is said in lib/erasure/kept-until.ts, for receipts and sweeps alike; here it is asked of one account.

/** A class whose rows go so long after an account was closed, and the closing time from which on its accounts are not due yet. */
export type ClosingRule = RetentionRule & { cutoff: Temporal.Instant };

/** Of these rules those that count from an account's closing. */
export const closingRules = (rules: readonly RetentionRule[], at: Temporal.Instant, zone: string): ClosingRule[] =>
  rules
    .filter(({ from }) => from === "account closure")
    .map((rule) => ({ ...rule, cutoff: cutoffOf(at, rule.period, zone) }));

type Home = ReturnType<typeof homeSystem>;

const classOfPeople = (home: Home) => accountsOf(home, "person")?.retention;

/** Whether a person's rows go when their account ends alone: what is no company's, and of the class of the accounts what nothing keeps. */
export const goesWithPerson = (home: Home, collection: Collection): boolean =>
  endsWithPerson(home, collection) ||
  (collection.retention === classOfPeople(home) && collection.erasure.person.action !== "keep");

/** The classes whose time is over for an account that was closed then. */
export const dueClasses = (rules: readonly ClosingRule[], closedAt: Temporal.Instant): ClosingRule[] =>
  rules.filter(({ cutoff }) => Temporal.Instant.compare(closedAt, cutoff) <= 0);

/** For one person the class of the accounts themselves ends with their closing, and what is no company's; everything else with the company. */
export function rulesFor(given: DataMap, account: AccountKind, rules: readonly ClosingRule[]): ClosingRule[] {
  const { scope } = account;
  if (scope === "company") return [...rules];
  const map = mapFor(given, account);
  const home = homeSystem(map);
  const own = map.systems
    .flatMap(({ collections }) => collections)
    .filter((collection) => endsWithPerson(home, collection))
    .flatMap((collection) => endingClasses(collection, scope));
  return rules.filter(({ name }) => name === classOfPeople(home) || own.includes(name));
}

/** Whether the rows of a collection are due for an account of which these classes are. */
export function isDueFor(
  home: Home,
  collection: Collection,
  scope: Scope,
  classes: ReadonlySet<RetentionClass>,
): boolean {
  const ends = scope === "company" || endsWithPerson(home, collection) || collection.retention === classOfPeople(home);
  const needed = endingClasses(collection, scope);
  return ends && needed.length > 0 && needed.every((name) => classes.has(name));
}

/**
 * The map as the end of a period asks for: of a company everything that is due is deleted, whatever an erasure on request would do or
 * keep until then; of a person what is no company's and either kept or of a class of its own, and else what the map says of theirs. When an
 * account was closed stays, since its other periods count from it.
 */
export function mapAtEnd(map: DataMap, scope: Scope, isDue: (collection: Collection) => boolean): DataMap {
  const home = homeSystem(map);
  const isOver = (collection: Collection) =>
    scope === "company" ||
    (endsWithPerson(home, collection) &&
      (collection.erasure.person.action === "keep" || collection.retention !== classOfPeople(home)));
  const atEnd = (system: System) => (collection: Collection) => ({
    ...collection,
    erasure:
      isDue(collection) && isOver(collection)
        ? { ...collection.erasure, [scope]: { action: "delete" as const } }
        : collection.erasure,
    fields: collection.fields.map((field) =>
      collection.name === system[scope]?.collection && field.name === system[scope]?.closed
        ? { ...field, erasure: { action: "keep" as const } }
        : field,
    ),
  });
  return { systems: map.systems.map((system) => ({ ...system, collections: system.collections.map(atEnd(system)) })) };
}
