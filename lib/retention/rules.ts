import { config, type RetentionClass } from "../../trust-center.config";
import { homeSystem } from "../data-map/load";
import type { Collection, DataMap, System } from "../data-map/types";
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

export const countsFrom = (name: RetentionClass): RetentionRule["from"] => config.retention[name].from;

/** The collections whose rows are due by their own age. */
export const agingCollections = ({ collections }: System): Collection[] =>
  collections.filter(({ retention }) => countsFrom(retention) === "creation");

/** What can say when a row began, as the map's `trust.type` names it; anything else has no age. */
const ages = /^(date|timestamp|timestamptz)\b|^string$/;

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
  return map.systems.flatMap((system) =>
    system.collections.flatMap((collection) => {
      const problem =
        countsFrom(collection.retention) === "creation"
          ? agingProblem(collection)
          : closingProblem(collection, closing);
      return problem ? [{ system: system.name, collection: collection.name, problem }] : [];
    }),
  );
}

export function agingProblem({ retention, since, fields }: Collection): string | null {
  if (since === null) return `${retention} counts from creation: name the column it counts from (trust.since)`;
  const field = fields.find(({ name }) => name === since);
  const type = field?.type ?? field?.dataType ?? "";
  return ages.test(type) ? null : `trust.since names ${since}, which is no date and no time (${type})`;
}

const closingProblem = ({ retention }: Collection, missing: readonly string[]): string | null =>
  missing.length > 0
    ? `${retention} counts from an account's closing, but the map names no ${missing.join(" and no ")}`
    : null;
