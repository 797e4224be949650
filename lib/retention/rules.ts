import { config, type RetentionClass } from "../../trust-center.config";
import { countsFrom, lastsLonger } from "../data-map/counts-from";
import { homeSystem } from "../data-map/load";
import { accountsOf, fieldOf } from "../data-map/named";
import type { Collection, DataMap, Scope, System, TimeForm } from "../data-map/types";
import type { PolicyValues } from "../policy/values";

/** How long a class of data of the platform is kept: the period that the policy in force states. */
export type RetentionRule = {
  name: RetentionClass;
  label: string;
  /** An ISO 8601 duration. */
  period: string;
  from: "creation" | "account closure";
};

/** @param values of the policy version in force, see `valuesOf` */
export const rulesOf = (values: Pick<PolicyValues, "retention">): RetentionRule[] =>
  (Object.keys(config.retention) as RetentionClass[]).map((name) => {
    const { label, from } = config.retention[name];
    return { name, label, from, period: values.retention[name] };
  });

/** The collections whose rows are due by their own age. */
export const agingCollections = ({ collections }: System): Collection[] =>
  collections.filter(({ retention }) => countsFrom(retention) === "creation");

/** What cannot say when something was unless the map says how (`time`), as its `trust.type` names it. */
const ageless =
  /^(small|big)?int(eger|2|4|8)?\b|^(numeric|decimal|real|float|double|money|text|varchar|char|citext|uuid|bool|json|bytea|inet|time(?!stamp)|interval)|^(integer|float|boolean|object)$|range$|\[\]$/;

/**
 * Why a rule cannot be kept for a collection as the map is, one sentence each; empty when every collection falls under a rule
 * that can be counted.
 */
export function retentionProblems(map: DataMap): { system: string; collection: string; problem: string }[] {
  const { person, company, name: home } = homeSystem(map);
  const closing = [
    ...(person.closed ? [] : [`trust.person.closed of ${home}`]),
    ...(company && !company.closed ? [`trust.company.closed of ${home}`] : []),
  ];
  const closed = closedProblem(homeSystem(map));
  return map.systems.flatMap((system) =>
    system.collections.flatMap((collection) => {
      // Its own class, and those until which it is kept.
      const { retention, erasure } = collection;
      const ended = [retention, erasure.person.until, erasure.company.until].find(
        (name) => name && countsFrom(name) === "account closure",
      );
      const problem =
        (countsFrom(retention) === "creation" ? agingProblem(collection) : null) ??
        (ended ? closingProblem(ended, closing) : null) ??
        (system.name === home ? null : lostProblem(homeSystem(map), collection)) ??
        (collection.name === person.collection ? closed : null);
      return problem ? [{ system: system.name, collection: collection.name, problem }] : [];
    }),
  );
}

export function agingProblem(collection: Pick<Collection, "retention" | "since" | "fields">): string | null {
  const { retention, since } = collection;
  if (since === null)
    return `${retention} counts from creation: name the column it counts from (trust.since); rows without a date of their own, such as an order's lines, need one, generated or one that a trigger fills from what they belong to`;
  return timeless("trust.since", collection, since);
}

/** Why a column cannot say when something was; null when it can. */
function timeless(what: string, collection: Pick<Collection, "fields"> | undefined, column: string): string | null {
  const field = fieldOf(collection, column);
  const type = field?.type ?? field?.dataType ?? "";
  if (field?.time) return misread(what, column, field.time, type);
  if (type && !ageless.test(type)) return null;
  // Numbers may well be one; words hardly ever are.
  const hint = /^(small|big)?int|^numeric/.test(type)
    ? "; if it is one, say `time: seconds` or `milliseconds` of it"
    : "";
  return `${what} names ${column}, which is no date and no time (${type})${hint}`;
}

const numbers = /^((small|big)?int(eger|2|4|8)?|numeric|decimal|real|float[48]?|double precision)(\(.*\))?$/;
/** Types of the database that hold no words; one it does not know by name, such as a domain, may. */
const wordless = new RegExp(`${numbers.source}|^(money|bool|json|bytea|inet|uuid)|^(object|object_id)$|\\[\\]$`);
/** Likewise those that hold no numbers. */
const numberless =
  /^(text|varchar|char|bpchar|citext|name|uuid|bool|json|bytea|inet|date|time|interval|money|string|object)|\[\]$/;

/** Why a column cannot be read in the form that the map says; null when it can. Else rows would never be due, or every sweep would fail. */
function misread(what: string, column: string, form: TimeForm, type: string): string | null {
  if (!(form === "text" ? wordless : numberless).test(type)) return null;
  const from = form === "text" ? "words" : "numbers";
  // A day is often kept so.
  const hint =
    form === "text" && numbers.test(type)
      ? "; where it holds days such as 20240131, name a generated column that makes a date of it (`make_date`)"
      : "";
  return `${what} names ${column} as \`time: ${form}\`, which is read from ${from}, and its type is ${type}${hint}`;
}

function closedProblem(home: System): string | null {
  const problemOf = (scope: Scope) => {
    const closed = home[scope]?.closed;
    return closed ? timeless(`trust.${scope}.closed`, accountsOf(home, scope), closed) : null;
  };
  return problemOf("person") ?? problemOf("company");
}

/**
 * In another system rows are found by what the account's own row says, which is gone once its class is over. What is kept there until a
 * closing is named with the database (lib/erasure/endless.ts).
 */
function lostProblem(home: System, one: Collection): string | null {
  const own = accountsOf(home, "person");
  const isKept = Object.values(one.erasure).some(({ action }) => action === "keep");
  if (!own || isKept || countsFrom(one.retention) === "creation" || !lastsLonger(one.retention, own.retention))
    return null;
  return `${one.retention} ends later than ${own.retention}, with which ${home.name}.${own.name} goes, and that alone says whose these rows are: give it ${own.retention}, or a class that counts from creation`;
}

const closingProblem = (retention: RetentionClass, missing: readonly string[]): string | null =>
  missing.length > 0
    ? `${retention} counts from an account's closing, but the map names no ${missing.join(" and no ")}; name the column that says when, or add one where there is none: an erasure fills it`
    : null;
