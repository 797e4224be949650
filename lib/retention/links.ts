import type { Collection, System } from "../data-map/types";
import type { Catalog } from "../erasure/catalog";
import { canLose } from "../erasure/conditions";
import { heldColumns, knownColumns, ownColumns, type Reference } from "../erasure/references";
import { type Ways, waysOver } from "./only-ways";

/**
 * A reference to rows that may go, and by which columns it is taken out of a row that stays: emptied, or in a list the one value
 * removed; null: what it points at has to wait.
 */
export type Link = Reference & {
  cut: { columns: string[]; how: "clear" | "remove" } | null;
  /** Several rows may be known by the same key, such as versions: it leads somewhere as long as one of them stays. */
  several: boolean;
  /** It leads rows to the account with which they end, so that only those lose it that have another way there, or none by it; null: it does not. */
  ways: Ways | null;
};

/** Every reference between stored rows with what can be done about it. */
export function linksOf(system: System, references: readonly Reference[], catalog: Catalog): Link[] {
  const waysOf = waysOver(system, references);
  return references
    .filter(
      ({ childCollection, parent }) =>
        ![childCollection?.name, parent.name].some((name) => name && catalog.views.has(name)),
    )
    .map((reference) => ({
      ...reference,
      cut: cutOf(system, references, reference, catalog),
      several: !reference.enforced && !isUnique(reference, catalog),
      ways: waysOf(reference),
    }));
}

const isUnique = ({ parent, parentColumns }: Reference, { uniques }: Catalog): boolean =>
  (uniques.get(parent.name) ?? []).some((set) => set.every((column) => parentColumns.includes(column)));

function cutOf(system: System, references: readonly Reference[], reference: Reference, catalog: Catalog): Link["cut"] {
  const { childCollection: collection, childColumns: columns, parent, many, full } = reference;
  if (!collection) return null;
  const held = full ? heldColumns(reference) : columns;
  // By which others know the row, that stays, and what it leads to waits.
  const known = references.filter((one) => one.parent === collection).flatMap((one) => knownColumns(one, catalog));
  // A row's company is never cut.
  const possible = held.filter(
    (name) => !known.includes(name) && name !== collection.companyField && canLose(catalog, collection, name, many),
  );
  if (many) return possible.length > 0 ? { columns: possible, how: "remove" } : null;
  // All of them or none.
  if (full) return possible.length === held.length ? { columns: held, how: "clear" } : null;
  const own = ownColumns(system, references, { collection, columns, to: [parent.name] }, possible);
  return own.length > 0 ? { columns: own, how: "clear" } : null;
}

/**
 * Collections in groups, one to sweep after the other: rows that point at others come first. A group of several, or of one whose
 * rows point at each other, is a circle of links that cannot be cut; it goes in one statement.
 */
export function sweepOrder(collections: readonly Collection[], links: readonly Link[]): Collection[][] {
  const groups: Collection[][] = [];
  let left = [...collections];
  const pointing = (to: Collection, by: (link: Link) => boolean) =>
    links.flatMap((link) =>
      link.parent === to && link.childCollection && link.childCollection !== to && by(link)
        ? [link.childCollection]
        : [],
    );
  const isFirst = (one: Collection, by: (link: Link) => boolean) =>
    !pointing(one, by).some((child) => left.includes(child));
  while (left.length > 0) {
    const one = left.find((each) => isFirst(each, () => true)) ?? left.find((each) => isFirst(each, ({ cut }) => !cut));
    const group = one ? [one] : circleIn(left, (to) => pointing(to, ({ cut }) => !cut));
    groups.push(group);
    left = left.filter((each) => !group.includes(each));
  }
  return groups;
}

/** The rows of this group cannot be told apart by order. */
export const isCircle = (group: readonly Collection[], links: readonly Link[]): boolean =>
  group.length > 1 ||
  links.some(({ cut, parent, childCollection }) => !cut && parent === group[0] && childCollection === group[0]);

/** Those that all lead to one another, and that nothing outside leads to. */
function circleIn(left: readonly Collection[], childrenOf: (one: Collection) => Collection[]): Collection[] {
  const below = (start: Collection): Set<Collection> => {
    const found = new Set<Collection>();
    const queue = [start];
    for (let one = queue.pop(); one; one = queue.pop())
      for (const child of childrenOf(one))
        if (left.includes(child) && !found.has(child)) {
          found.add(child);
          queue.push(child);
        }
    return found;
  };
  const all = new Map(left.map((one) => [one, below(one)]));
  // Whoever has the fewest below has only its own circle there.
  const [first] = left.toSorted((a, b) => (all.get(a)?.size ?? 0) - (all.get(b)?.size ?? 0));
  return left.filter((one) => one === first || (first !== undefined && all.get(first)?.has(one)));
}
