import { countsFrom } from "../data-map/counts-from";
import { conditionSql, quoted } from "../data-map/identifiers";
import { accountsOf } from "../data-map/named";
import { roleBy } from "../data-map/role-by";
import type { Collection, Condition, Edge, Scope, System } from "../data-map/types";
import { all, any, not } from "../erasure/conditions";
import { leadsTo } from "../erasure/endless";
import { endsWithPerson, isKeptUntilClosing } from "../erasure/kept-until";
import { heldColumns, type Reference, same } from "../erasure/references";
import { agingCollections } from "./rules";

/** What a row leads somewhere by: all of these columns, in rows that meet the condition. */
export type Way = { columns: string[]; only?: Condition | undefined };

/** How the rows of a link lead to the account with which they end. */
export type Ways = {
  /** Beside the link: without any of them nobody could tell any more when they end. */
  others: Way[];
  /** Those of what the link points at: rows that have none of these lead to nobody, as a guest's message does; none: all may lead there. */
  onwards: Way[];
};

/**
 * By which columns rows lead to the account with which they end, beside a link to rows that go by their own age, and by which these do.
 * @returns for a link; null for one that leads there in no row, so that each can be without
 */
export function waysOver(system: System, references: readonly Reference[]): (link: Reference) => Ways | null {
  const aging = agingCollections(system);
  const all = accountsIn(system, references);
  return (link) => {
    const { childCollection: child, parent } = link;
    if (!child || !aging.includes(parent)) return null;
    const below = leadsTo(child, references);
    for (const accounts of all) {
      const { scope, account, ends, isWay, led } = accounts;
      const ending = ends.filter((one) => below.has(one));
      if (child === account || !isWay(link) || !led.has(parent) || ending.length === 0) continue;
      // What goes when the account itself does is found by an address too; later there is none any more.
      const lasts = ending.some((one) => one.retention !== account.retention || isKeptUntilClosing(system, one, scope));
      const links = beside(link, accounts, references, aging);
      return {
        others: [...links.map(wayBy), ...(lasts ? [] : addresses(child))],
        onwards: onwardsFrom(parent, accounts, references, system),
      };
    }
    return null;
  };
}

type Accounts = ReturnType<typeof accountsIn>[number];

/** The accounts of people, and of companies: whose rows end with them, by which links rows are theirs, and what is led to them so. */
function accountsIn(system: System, references: readonly Reference[]) {
  const held = Map.groupBy(
    system.edges.filter(({ holder }) => holder === "to"),
    ({ to }) => to.collection,
  );
  return (["person", "company"] as const).flatMap((scope) => {
    const account = accountsOf(system, scope);
    if (!account) return [];
    const ends = system.collections.filter(
      (one) => countsFrom(one.retention) === "account closure" && endsWithPerson(system, one) === (scope === "person"),
    );
    const isWay = (one: Reference) => leadsOver(held, one, scope);
    const isLed = (one: Reference) => isWay(one) || isOfCompany(one, scope);
    return [{ scope, account, ends, isWay, isLed, led: leadsTo(account, references.filter(isLed)) }];
  });
}

/** The other links by which the rows of a link lead to these accounts, but for those to rows that go by their own age. */
function beside(link: Reference, { account, isWay }: Accounts, references: readonly Reference[], aging: Collection[]) {
  const others = references.filter((one) => !isSame(one, link));
  const above = leadsTo(account, others);
  return others
    .filter((one) => one.childCollection === link.childCollection && isWay(one))
    .filter((one) => above.has(one.parent) && !aging.includes(one.parent) && !excludes(one.only, link.only));
}

/** By which rows that a link points at lead on; none where others hold the links, by which a row leads there whatever its own say. */
function onwardsFrom(
  parent: Collection,
  { isLed, led }: Accounts,
  references: readonly Reference[],
  { edges }: System,
): Way[] {
  if (edges.some(({ holder, to }) => holder === "from" && to.collection === parent.name)) return [];
  const onwards = references.filter((one) => one.childCollection === parent && led.has(one.parent) && isLed(one));
  return [...onwards.map(wayBy), ...addresses(parent)];
}

const wayBy = (one: Reference): Way => ({ columns: heldColumns(one), only: one.only });

const addresses = ({ fields }: Collection): Way[] =>
  fields.filter(({ enter }) => enter).map(({ name }) => ({ columns: [name] }));

/** Whether a link is the company's own column, by which alone the rows are a company's. */
const isOfCompany = ({ childCollection: child, childColumns }: Reference, scope: Scope): boolean =>
  scope === "company" && child !== null && childColumns.join() === child.companyField;

/**
 * Whether rows are somebody's by a link of theirs: a mention is none, nor is what a member of a company shares, and a company's own column
 * alone decides whose they are.
 */
function leadsOver(
  held: ReadonlyMap<string, readonly Edge[]>,
  { childCollection: child, childColumns, parent }: Reference,
  scope: Scope,
): boolean {
  if (!child || (scope === "company" && child.companyField !== null)) return false;
  const isAny = scope === "company" && child.scope !== "person";
  return (held.get(child.name) ?? []).some(
    (edge) =>
      edge.from.collection === parent.name &&
      same(edge.to.columns, childColumns) &&
      (edge.scope === "both" || edge.scope === scope || (scope === "company" && child.scope === "person")) &&
      (isAny || roleBy(edge, child, "person") === "owner"),
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

/** The condition that row `t` leads to the account by a link to row `p` alone. */
export const leadsByItAlone = ({ others, onwards }: Ways): string =>
  all(withoutWays(others, "t"), onwards.length > 0 ? not(withoutWays(onwards, "p")) : null);

const withoutWays = (ways: readonly Way[], row: string): string =>
  all(
    ...ways.map(({ columns, only }) =>
      any([
        ...columns.map((name) => `${row}.${quoted(name)} is null`),
        ...(only ? [not(conditionSql(row, only))] : []),
      ]),
    ),
  );
