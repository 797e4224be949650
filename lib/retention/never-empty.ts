import { countsFrom, lastsLonger } from "../data-map/counts-from";
import { roleBy } from "../data-map/role-by";
import type { Collection, System } from "../data-map/types";
import type { Mapped } from "../erasure/references";
import { linksOf } from "./links";
import { agingCollections } from "./rules";

/**
 * Collections whose rows will wait though they are due, one sentence each, which begins with the collection: rows that are kept for longer
 * point at them by a link that cannot be empty, or that alone leads them to the account with which they end, or rows of a table that is no
 * collection, which the sweep never touches. So do shared rows that end with accounts: they are no account's own. Nothing is wrong with such
 * a map; but the class never ends as the policy says it.
 */
export function neverEmpty({ system, catalog, references }: Mapped): string[] {
  const aging = agingCollections(system);
  const pairs = linksOf(system, references, catalog).flatMap((link) => {
    const { childCollection, childColumns, child, parent, cut, ways } = link;
    if ((cut && ways?.others.length !== 0) || childCollection === parent || !aging.includes(parent)) return [];
    const [of, by] = [
      `${system.name}.${parent.name}: rows of ${parent.retention} wait for those of`,
      childColumns.join(", "),
    ];
    if (!childCollection)
      return [
        `${of} ${child.schema}.${child.name}, which point at them by ${by} and never go, since it is no collection with a class`,
      ];
    if (!outlives(childCollection, parent)) return [];
    const why = cut
      ? "by which alone they are found when their account ends; give them another reference"
      : "which cannot be empty";
    return [
      `${of} ${childCollection.name} (${childCollection.retention}), which are kept for longer and point at them by ${by}, ${why}`,
    ];
  });
  return [...new Set([...pairs, ...system.collections.filter((one) => isNobodys(system, one)).map(nobodys(system))])];
}

const nobodys =
  ({ name }: System) =>
  (one: Collection) =>
    `${name}.${one.name}: rows of ${one.retention} stay when accounts end, since they are shared and nobody's own; say \`role: owner\` of the links by which they are somebody's (what several own goes with the last of them), or give it a class that counts from creation`;

/** Whether people share rows that end with accounts, and neither do any own them, nor a company. What mentions people is not theirs. */
function isNobodys({ person, company, edges }: System, collection: Collection): boolean {
  const { name, role, scope, retention, fields } = collection;
  if (countsFrom(retention) === "creation" || name === person?.collection) return false;
  if (company && scope !== "person") return false;
  const roles = [
    ...edges
      .filter((edge) => edge.to.collection === name && edge.scope !== "company")
      .map((edge) => roleBy(edge, collection, "person")),
    ...fields.filter(({ enter, identity }) => identity && enter).map(() => role),
  ];
  return roles.includes("shared") && !roles.includes("owner");
}

/** An account may be open for ever. */
const outlives = (child: Pick<Collection, "retention">, parent: Pick<Collection, "retention">): boolean =>
  countsFrom(child.retention) === "account closure" || lastsLonger(child.retention, parent.retention);
