import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutNumbers, expectTrueChanges as holds, nothingChanged, type Text } from "@/test/policy-changes";
import { diffPolicies } from "./diff";
import type { ComparedClause } from "./diff-clauses";
import { diffWords } from "./diff-words";
import { layOutChanges } from "./lay-out-changes";
import { parsePolicy } from "./parse";
import { newText, oldText } from "./runs";
import { splitSentences } from "./split";
import { splitTokens } from "./tokens";

const operno = (number: number): Text => {
  const parsed = parsePolicy(readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8"));
  if (!parsed.ok) throw new Error("does not parse");
  return parsed.policy;
};

const word = fc.constantFrom(
  "we",
  "keep",
  "data",
  "logs",
  "for",
  "2",
  "years",
  "90",
  "days",
  "10%",
  "1,000.50",
  "AES-256",
  "28 May 2025",
  "the",
  "account",
  "is",
  "closed",
  "você",
  "数据",
  "🔧",
);
const sentence = fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => `${words.join(" ")}.`);
const block = fc.record({
  kind: fc.constantFrom("paragraph" as const, "item" as const, "plain" as const),
  depth: fc.constant(0),
  text: fc
    .array(sentence, { minLength: 1, maxLength: 4 })
    .map((all) => all.map((one) => one.charAt(0).toUpperCase() + one.slice(1)).join(" ")),
});
const clauseOf = (id: string) =>
  fc.array(block, { maxLength: 4 }).map(
    (blocks): ComparedClause => ({
      id,
      heading: `Clause ${id}`,
      level: 2,
      blocks: [{ kind: "heading", depth: 2, text: `Clause ${id}` }, ...blocks],
    }),
  );
const text = fc
  .shuffledSubarray(["a", "b", "c", "d", "e"], { minLength: 1 })
  .chain((ids) => fc.tuple(...ids.map(clauseOf)))
  .map((clauses): Text => ({ clauses }));

describe("the difference of two texts", () => {
  it("rebuilds both, never marks what stayed, cuts no number: any two texts", () => {
    fc.assert(
      fc.property(text, text, (before, after) => void holds(before, after)),
      { numRuns: 200 },
    );
  });

  it("is empty for the same text", () => {
    fc.assert(
      fc.property(text, (one) => {
        const { counts, clauses } = diffPolicies(one, structuredClone(one));
        expect(counts).toEqual(nothingChanged);
        expect(clauses.every(({ state, moved }) => state === "same" && !moved)).toBe(true);
      }),
    );
  });

  it("says that clauses moved when only their order changed", () => {
    fc.assert(
      fc.property(text, fc.infiniteStream(fc.nat()), (one, picks) => {
        const shuffled = one.clauses
          .map((clause) => ({ clause, at: picks.next().value }))
          .sort((a, b) => Number(a.at) - Number(b.at))
          .map(({ clause }) => clause);
        const { counts } = holds(one, { clauses: shuffled });
        const inOrder = shuffled.every((clause, index) => clause === one.clauses[index]);
        expect({ ...counts, movedClauses: 0 }).toEqual(nothingChanged);
        expect(counts.movedClauses > 0).toBe(!inOrder);
      }),
    );
  });

  it("says that a sentence moved from one clause to another", () => {
    const one = (a: string, b: string): Text => ({
      clauses: [
        { id: "a", heading: "A", level: 2, blocks: [{ kind: "paragraph", depth: 0, text: a }] },
        { id: "b", heading: "B", level: 2, blocks: [{ kind: "paragraph", depth: 0, text: b }] },
      ],
    });
    const diff = holds(
      one("This stays. This one travels far.", "Here it ends."),
      one("This stays.", "Here it ends. This one travels far."),
    );
    expect(diff.counts).toMatchObject({ moved: 1, inserted: 0, deleted: 0, changed: 0 });
    expect(diff.clauses[0]?.rows.at(-1)).toMatchObject({ kind: "moved-away", to: { id: "b", heading: "B" } });
  });

  it("shows version 2 of Operno's policy as two changed sentences and a moved clause", () => {
    const diff = holds(operno(1), operno(2));
    expect(diff.counts).toEqual({ ...nothingChanged, changed: 2, movedClauses: 1 });
    const runs = diff.clauses
      .find(({ id }) => id === "retention")
      ?.rows.flatMap((row) => (row.kind === "changed" ? row.runs : []));
    expect(runs).toEqual([
      { kind: "same", text: "We keep usage logs for " },
      { kind: "del", text: "2 years" },
      { kind: "ins", text: "1 year" },
      { kind: "same", text: "." },
    ]);
    expect(diff.clauses.filter(({ moved }) => moved).map(({ id, moved }) => [id, moved])).toEqual([
      ["rights", { wasBehind: "How long we keep it", isBehind: "What we use it for" }],
    ]);
  });

  it("is laid out with every row once and every stop numbered", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = diffPolicies(before, after);
        const { parts, stops } = layOutChanges(diff);
        const seen = parts.flatMap((part) =>
          "unchanged" in part
            ? []
            : [part.stop, ...part.body.flatMap((one) => ("unchanged" in one ? [] : [one.stop]))].filter(
                (stop) => stop !== null,
              ),
        );
        expect(seen).toEqual(Array.from({ length: stops }, (_, index) => index + 1));
        const shown = parts.flatMap((part) =>
          "unchanged" in part
            ? part.unchanged.flatMap(({ rows }) => rows)
            : part.body.flatMap((one) => ("unchanged" in one ? one.unchanged : [one])).flatMap(({ rows }) => rows),
        );
        const all = diff.clauses.flatMap(({ rows }) => rows);
        expect(all.filter((row) => row.kind !== "same").every((row) => shown.includes(row))).toBe(true);
      }),
    );
  });
});

describe("words", () => {
  it("splits so that the pieces joined are the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (any) => {
        expect(splitSentences(any).join("")).toBe(any);
        expect(splitTokens(any).join("")).toBe(any);
      }),
    );
  });

  it.each([
    "10%",
    "10 %",
    "7.5 per cent",
    "1,000.50",
    "€1,200",
    "2025-05-28",
    "28 May 2025",
    "May 28, 2025",
    "1 000 000",
    "AES-256",
    "72",
    "3rd",
    "24/7",
    "privacy@operno.example",
    "https://a.example/x?y=1",
  ])("takes %s as one", (one) => {
    expect(splitTokens(`x ${one} y`)).toEqual(["x", " ", one, " ", "y"]);
  });

  it("replaces a number as a whole", () => {
    expect(diffWords("It costs €1,200 now.", "It costs €1,250 now.").slice(1, 3)).toEqual([
      { kind: "del", text: "€1,200" },
      { kind: "ins", text: "€1,250" },
    ]);
  });

  it("gives both sentences back and cuts no number: any two sentences", () => {
    const any = fc
      .array(
        fc.oneof(word, fc.string({ unit: "grapheme", maxLength: 5 }), fc.constantFrom(",", ".", " ", "1", "2.5", "%")),
      )
      .map((all) => all.join(" "));
    fc.assert(
      fc.property(any, any, (before, after) => {
        const runs = diffWords(before, after);
        expect(runs.map(oldText).join("")).toBe(before);
        expect(runs.map(newText).join("")).toBe(after);
        expect([...cutNumbers(runs.map(oldText)), ...cutNumbers(runs.map(newText))]).toEqual([]);
      }),
    );
  });
});
