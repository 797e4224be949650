import type { Collection } from "../data-map/types";
import type { Catalog } from "../erasure/catalog";
import { isFixed } from "../erasure/conditions";
import { heldColumns, type Reference } from "../erasure/references";

/** A reference to rows that may go, and how it is taken out of a row that stays; null: what it points at has to wait. */
export type Link = Reference & { cut: { column: string; how: "clear" | "remove"; with?: string[] } | null };

/** Every reference between stored rows with what can be done about it. */
export function linksOf(references: readonly Reference[], catalog: Catalog): Link[] {
  return references
    .filter(
      ({ childCollection, parent }) =>
        ![childCollection?.name, parent.name].some((name) => name && catalog.views.has(name)),
    )
    .map((reference) => ({ ...reference, cut: cutOf(reference, catalog) }));
}

function cutOf(reference: Reference, catalog: Catalog): Link["cut"] {
  const { full } = reference;
  const held = heldColumns(reference);
  if (!full) return cutIn(reference, catalog);
  // All of them or none.
  const cuts = held.map((column) => cutIn({ ...reference, childColumns: [column] }, catalog));
  return cuts.every((one) => one?.how === "clear") ? { column: held[0] ?? "", how: "clear", with: held } : null;
}

function cutIn({ childCollection, childColumns, many }: Reference, { columns }: Catalog): Link["cut"] {
  if (!childCollection) return null;
  for (const name of childColumns) {
    const column = columns.get(childCollection.name)?.get(name);
    const field = childCollection.fields.find((one) => one.name === name);
    if (!column || isFixed(childCollection, name, column)) continue;
    // The map keeps it in every row, and a row's company is never cut.
    if (field?.erasure?.action === "keep" || childCollection.companyField === name) continue;
    if (many) return { column: name, how: "remove" };
    if (!column.required) return { column: name, how: "clear" };
  }
  return null;
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
