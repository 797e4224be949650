import type { Deleted } from "./delete-in-batches";
import { type Fate, nothing } from "./execute";

/**
 * What two transactions of one erasure did together. What was changed adds up; what stayed was counted by each, and in the later one
 * it includes what the earlier one changed.
 */
export function addFates(earlier: readonly Fate[], later: readonly Fate[]): Fate[] {
  const before = new Map(earlier.map((fate) => [fate.collection, fate]));
  const now = new Set(later.map(({ collection }) => collection));
  return [
    ...later.map((fate) => {
      const known = before.get(fate.collection);
      return known ? added(known, fate) : fate;
    }),
    ...earlier.filter(({ collection }) => !now.has(collection)),
  ];
}

function added(earlier: Fate, later: Fate): Fate {
  const emptied = Math.max(earlier.emptiedBefore ?? 0, (later.emptiedBefore ?? 0) - earlier.reduced);
  return {
    collection: earlier.collection,
    deleted: earlier.deleted + later.deleted,
    anonymised: earlier.anonymised + later.anonymised,
    unlinked: earlier.unlinked + later.unlinked,
    reduced: earlier.reduced + later.reduced,
    kept: Math.max(earlier.kept, later.kept - earlier.anonymised),
    held: Math.max(earlier.held, later.held),
    ...(emptied > 0 ? { emptiedBefore: emptied } : {}),
  };
}

/** What went in batches, as fates. */
export const deletedFates = (deleted: Deleted): Fate[] =>
  Object.entries(deleted).map(([collection, rows]) => ({ collection, ...nothing, deleted: rows }));
