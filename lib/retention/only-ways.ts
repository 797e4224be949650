import { countsFrom } from "../data-map/counts-from";
import { conditionSql, quoted } from "../data-map/identifiers";
import { roleBy } from "../data-map/role-by";
import type { Condition, Scope, System } from "../data-map/types";
import { all, any, not } from "../erasure/conditions";
import { leadsTo } from "../erasure/endless";
import { endsWithPerson, keepsUntilClosing } from "../erasure/kept-until";
import { heldColumns, type Reference, same } from "../erasure/references";
import { agingCollections } from "./rules";

/** What a row leads somewhere by: all of these columns, in rows that meet the condition. */
export type Way = { columns: string[]; only?: Condition | undefined };

/**
 * By which columns rows lead to the account with which they end, beside a link to rows that go by their own age: without any of them
 * nobody could tell any more when that is.
 * @returns each another way; null for a link that leads there in no row, so that each can be without
 */
export function otherWays(system: System, references: readonly Reference[], link: Reference): Way[] | null {
  const { childCollection: child, parent } = link;
  const aging = agingCollections(system);
  if (!child || !aging.includes(parent)) return null;
  for (const scope of ["person", "company"] as const) {
    const account = system.collections.find(({ name }) => name === system[scope]?.collection);
    if (!account || child === account || !isWay(system, link, scope)) continue;
    const ends = system.collections.filter(
      (one) => countsFrom(one.retention) === "account closure" && endsWithPerson(system, one) === (scope === "person"),
    );
    const found = leadsTo(child, references);
    const ending = ends.filter((one) => found.has(one));
    if (!leadsTo(account, references).has(parent) || ending.length === 0) continue;
    const above = leadsTo(
      account,
      references.filter((one) => !isSame(one, link)),
    );
    const links = references
      .filter((one) => one.childCollection === child && !aging.includes(one.parent) && above.has(one.parent))
      .filter((one) => isWay(system, one, scope) && !excludes(one.only, link.only))
      .map((one): Way => ({ columns: heldColumns(one), only: one.only }));
    // What goes when the account itself does is found by an address too; later there is none any more.
    const lasts = ending.some(
      (one) => one.retention !== account.retention || keepsUntilClosing({ ...system, collections: [one] }, scope),
    );
    return [
      ...links,
      ...(lasts ? [] : child.fields.filter(({ enter }) => enter).map(({ name }) => ({ columns: [name] }))),
    ];
  }
  return null;
}

/** Whether rows are somebody's by a link of theirs: a mention is none, and a company's own column alone decides whose they are. */
function isWay(system: System, { childCollection: child, childColumns, parent }: Reference, scope: Scope): boolean {
  if (!child || (scope === "company" && child.companyField !== null)) return false;
  return system.edges.some(
    (edge) =>
      edge.holder === "to" &&
      edge.from.collection === parent.name &&
      edge.to.collection === child.name &&
      same(edge.to.columns, childColumns) &&
      (edge.scope === "both" || edge.scope === scope) &&
      (scope === "company" || roleBy(edge, child, "person") === "owner"),
  );
}

const isSame = (one: Reference, other: Reference): boolean =>
  one.childCollection === other.childCollection &&
  one.parent === other.parent &&
  same(one.childColumns, other.childColumns) &&
  JSON.stringify(one.only) === JSON.stringify(other.only);

/** Whether no row meets both, such as two types of a link by type and id. */
const excludes = (one: Condition | undefined, other: Condition | undefined): boolean =>
  one !== undefined && one.field === other?.field && !one.is?.some((word) => other.is?.includes(word));

/** The condition that row `t` has none of these ways. */
export const withoutWays = (ways: readonly Way[]): string =>
  all(
    ...ways.map(({ columns, only }) =>
      any([...columns.map((name) => `t.${quoted(name)} is null`), ...(only ? [not(conditionSql("t", only))] : [])]),
    ),
  );
