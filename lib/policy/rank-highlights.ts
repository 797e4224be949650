import type { PolicyCategory } from "../data-map/types";
import type { Highlight } from "./queries";

/** Of whom it is said: the reader, everybody, or people of whom something is held that is not held of the reader. */
export type Concern = "you" | "everybody" | "others";
export type Ranked<H> = { highlight: H; concern: Concern; held: PolicyCategory[] };

const concerns: readonly Concern[] = ["you", "everybody", "others"];
const severities: readonly Highlight["severity"][] = ["high", "medium", "low"];

/**
 * Highlights as they are read: first what is about data that is held of the reader, then what is about everybody,
 * then the rest; the most important first in each, and in their own order among equals.
 * @param held the categories of which something is held of the reader; null when that is not known, so that
 *   importance alone decides and nothing is said about the reader
 */
export function rankHighlights<H extends Pick<Highlight, "severity" | "categories">>(
  highlights: readonly H[],
  held: readonly PolicyCategory[] | null,
): Ranked<H>[] {
  const concernOf = (highlight: H): Pick<Ranked<H>, "concern" | "held"> => {
    const mine = held?.filter((category) => highlight.categories.includes(category)) ?? [];
    if (mine.length > 0) return { concern: "you", held: mine };
    return { concern: held === null || highlight.categories.length === 0 ? "everybody" : "others", held: [] };
  };
  return highlights
    .map((highlight) => ({ highlight, ...concernOf(highlight) }))
    .sort(
      (a, b) =>
        concerns.indexOf(a.concern) - concerns.indexOf(b.concern) ||
        severities.indexOf(a.highlight.severity) - severities.indexOf(b.highlight.severity),
    );
}
