import type { Counts } from "@/lib/policy/diff";

const some = (count: number, one: string, many: string): string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** The counts of a comparison as one sentence; a screen reader hears it before any change. */
export function countsInWords(counts: Counts): string {
  const { changed, inserted, deleted, moved, movedChanged, movedClauses, formatted, typographic } = counts;
  const onTheirWay = movedChanged === 0 ? "" : `, ${movedChanged} of them changed`;
  const parts = [
    ...some(changed, "sentence changed", "sentences changed"),
    ...some(inserted, "sentence added", "sentences added"),
    ...some(deleted, "sentence deleted", "sentences deleted"),
    ...some(moved, "sentence moved", "sentences moved").map((words) => words + onTheirWay),
    ...some(movedClauses, "clause moved", "clauses moved"),
    ...some(formatted, "sentence with another link or formatting", "sentences with another link or formatting"),
  ];
  const signs = some(typographic, "sentence is set in other signs", "sentences are set in other signs");
  if (parts.length > 0) return `${parts.join(", ")}.${signs.length > 0 ? ` ${signs[0]}.` : ""}`;
  const same = "The two texts say the same, word for word";
  return signs.length > 0 ? `${same}; ${signs[0]}.` : `${same}.`;
}
