import type { Counts } from "@/lib/policy/diff";

const some = (count: number, one: string, many: string): string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** The counts of a comparison as one sentence; a screen reader hears it before any change. */
export function countsInWords({ changed, inserted, deleted, moved, movedClauses }: Counts): string {
  const parts = [
    ...some(changed, "sentence changed", "sentences changed"),
    ...some(inserted, "sentence added", "sentences added"),
    ...some(deleted, "sentence deleted", "sentences deleted"),
    ...some(moved, "sentence moved", "sentences moved"),
    ...some(movedClauses, "clause moved", "clauses moved"),
  ];
  return parts.length === 0 ? "The two texts say the same, word for word." : `${parts.join(", ")}.`;
}
