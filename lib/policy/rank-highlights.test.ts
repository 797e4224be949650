import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyCategories } from "../data-map/types";
import { rankHighlights } from "./rank-highlights";

const severity = fc.constantFrom("high" as const, "medium" as const, "low" as const);
const categories = fc.uniqueArray(fc.constantFrom(...policyCategories));
const mark = fc.record({ id: fc.nat(), severity, categories: categories.map((all) => all as string[]) });
const marks = fc.uniqueArray(mark, { selector: ({ id }) => id });
const weight = { high: 0, medium: 1, low: 2 };

describe("the order in which highlights are read", () => {
  it("loses and adds none; what is held of the reader comes first, then the most important", () => {
    fc.assert(
      fc.property(marks, fc.option(categories), (all, held) => {
        const ranked = rankHighlights(all, held);
        expect(ranked.map(({ highlight }) => highlight).sort((a, b) => a.id - b.id)).toEqual(
          [...all].sort((a, b) => a.id - b.id),
        );
        const place = { you: 0, everybody: 1, others: 2 };
        const keys = ranked.map(({ concern, highlight }) => place[concern] * 3 + weight[highlight.severity]);
        expect(keys).toEqual([...keys].sort((a, b) => a - b));
        for (const { highlight, concern, held: mine } of ranked) {
          const about = highlight.categories.some((one) => (held as string[] | null)?.includes(one));
          expect(concern === "you").toBe(about);
          expect(mine.length > 0).toBe(about);
          if (held === null) expect(concern).toBe("everybody");
        }
      }),
    );
  });

  it("leaves equals in their own order", () => {
    const same = [1, 2, 3].map((id) => ({ id, severity: "low" as const, categories: [] }));
    expect(rankHighlights(same, []).map(({ highlight }) => highlight.id)).toEqual([1, 2, 3]);
  });
});
