import { countsFrom, lastsLonger } from "../data-map/counts-from";
import type { Collection, System } from "../data-map/types";
import type { Catalog } from "../erasure/catalog";
import type { Reference } from "../erasure/references";
import { linksOf } from "./links";
import { agingCollections } from "./rules";

/**
 * Collections whose rows will wait though they are due, one sentence each, which begins with the collection: rows that are kept for longer
 * point at them by a link that cannot be empty, or that alone leads them to the account with which they end, or rows of a table that is no collection, which the sweep never touches. Nothing is wrong
 * with such a map; but the shorter class never ends as the policy says it.
 */
export function neverEmpty(system: System, catalog: Catalog, references: readonly Reference[]): string[] {
  const aging = agingCollections(system);
  const pairs = linksOf(system, references, catalog).flatMap((link) => {
    const { childCollection, childColumns, child, parent, cut, otherWays } = link;
    if ((cut && otherWays?.length !== 0) || childCollection === parent || !aging.includes(parent)) return [];
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
  return [...new Set(pairs)];
}

/** An account may be open for ever. */
const outlives = (child: Pick<Collection, "retention">, parent: Pick<Collection, "retention">): boolean =>
  countsFrom(child.retention) === "account closure" || lastsLonger(child.retention, parent.retention);
