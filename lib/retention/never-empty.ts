import { countsFrom, lastsLonger } from "../data-map/counts-from";
import { roleBy } from "../data-map/role-by";
import type { Collection, Role, System } from "../data-map/types";
import type { Catalog } from "../erasure/catalog";
import { endsWithPerson } from "../erasure/kept-until";
import type { Mapped } from "../erasure/references";
import { type Link, linksOf } from "./links";
import { agingCollections } from "./rules";

/**
 * Collections whose rows will wait though they are due, one sentence each, which begins with the collection: rows that are kept for longer
 * point at them by a link that cannot be empty, or that alone leads them to the account with which they end, or rows of a table that is no
 * collection, which the sweep never touches. So do shared rows that end with accounts: they are no account's own; and rows of somebody in a
 * company that name none themselves. Nothing is wrong with such a map; but the class never ends as the policy says it.
 */
export function neverEmpty({ system, catalog, references }: Mapped): string[] {
  const aging = agingCollections(system);
  const links = linksOf(system, references, catalog).filter(
    ({ childCollection, parent, cut, ways }) =>
      aging.includes(parent) &&
      childCollection !== parent &&
      (!cut || ways?.others.length === 0) &&
      (!childCollection || outlives(childCollection, parent)),
  );
  // Several links of one collection that say the same are said once.
  const together = Map.groupBy(links, ({ child, childCollection, parent, cut }) =>
    JSON.stringify([child, childCollection?.name, parent.name, cut !== null]),
  );
  const pairs = [...together.values()].flatMap((some) => (some[0] ? [waits(system, some[0], some)] : []));
  const ending = system.collections.flatMap(
    (one) => nobodys(system, one) ?? namesNoCompany(system, one, catalog) ?? [],
  );
  return [...new Set([...pairs, ...ending])];
}

/** @param all of the links that say the same, that one among them */
function waits(system: System, { child, childCollection, parent, cut }: Link, all: readonly Link[]): string {
  const columns = [...new Set(all.map(({ childColumns }) => childColumns.join(", ")))].join(" and ");
  const of = `${system.name}.${parent.name}: rows of ${parent.retention} wait for those of`;
  if (!childCollection)
    return `${of} ${child.schema}.${child.name}, which point at them by ${columns} and never go, since it is no collection with a class`;
  const why = cut
    ? "by which alone they are found when their account ends; give them another reference"
    : "which cannot be empty";
  return `${of} ${childCollection.name} (${childCollection.retention}), which are kept for longer and point at them by ${columns}, ${why}`;
}

/** Where people share rows that end with accounts, and neither do any own them, nor a company. What mentions people is not theirs. */
function nobodys(system: System, collection: Collection): string | null {
  const { name, scope, retention } = collection;
  if (countsFrom(retention) === "creation" || name === system.person?.collection) return null;
  if (system.company && scope !== "person") return null;
  const roles = personRoles(system, collection);
  if (!roles.includes("shared") || roles.includes("owner")) return null;
  return `${system.name}.${name}: rows of ${retention} stay when accounts end, since they are shared and nobody's own; say \`role: owner\` of the links by which they are somebody's (what several own goes with the last of them), or give it a class that counts from creation`;
}

/**
 * Of rows that end with a company by their own column, and may name none there: whoever owns them may be in one, which then ends without them.
 */
function namesNoCompany(system: System, collection: Collection, catalog: Catalog): string | null {
  const { name, scope, retention, companyField } = collection;
  const ends = endsWithPerson(system, collection) || countsFrom(retention) === "creation";
  if (ends || scope !== "both" || companyField === null || !personRoles(system, collection).includes("owner"))
    return null;
  if (catalog.columns.get(name)?.get(companyField)?.required !== false) return null;
  return `${system.name}.${name}: rows of ${retention} that name no company (${companyField}) stay when that of their owner is closed, since this column alone says whose they are there; fill it for whoever is in one, or leave \`company\` out and say whose rows are by references from the companies (\`scope: company\`) and the people`;
}

/** How rows of a collection are people's, by each way to them. */
const personRoles = ({ edges }: System, collection: Collection): Role[] => [
  ...edges
    .filter((edge) => edge.to.collection === collection.name && edge.scope !== "company")
    .map((edge) => roleBy(edge, collection, "person")),
  ...collection.fields.filter(({ enter, identity }) => identity && enter).map(() => collection.role),
];

/** An account may be open for ever. */
const outlives = (child: Pick<Collection, "retention">, parent: Pick<Collection, "retention">): boolean =>
  countsFrom(child.retention) === "account closure" || lastsLonger(child.retention, parent.retention);
