import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { highlightInput } from "./highlight-input";
import { parsePolicy } from "./parse";
import { promiseIds, valuesOf } from "./promises";
import { type Proposal, proposeHighlights } from "./propose-highlights";

const source = (number: number) => readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8");
function read(markdown: string) {
  const parsed = parsePolicy(markdown);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}
const propose = (before: string, after: string) => proposeHighlights(read(before), read(after));
const short = ({ kind, clauseId, oldText, newText }: Proposal) => [kind, clauseId, oldText, newText];
const one = source(1);

/** A text with some of its promises stating other values; words and values agree, as the check wants them. */
type Values = { periods: Record<string, string>; providers: string[]; reply: string; notice: string };
const periodWords = (period: string) => {
  const [, n, unit] = /^P(\d+)([YMD])$/.exec(period) ?? [];
  const name = { Y: "year", M: "month", D: "day" }[unit ?? ""] ?? "";
  return `${n} ${name}${n === "1" ? "" : "s"}`;
};
const write = ({ periods, providers, reply, notice }: Values) => `---
title: A policy
language: en
---

## Keeping {#retention}

${Object.entries(periods)
  .map(([id, period]) => `- :promise[We keep this for ${periodWords(period)}.]{id="${id}" period="${period}"}`)
  .join("\n")}

## Sharing {#share}

:promise[We share only with ${providers.join(", ")}.]{id="share.providers" categories="${providers.join(" ")}"}

## Contact {#contact}

:promise[We answer within ${reply} hours.]{id="contact.reply" period="PT${reply}H" mailbox="a@b.example" subject="S"}

## Changes {#changes}

:promise[We tell you ${notice} days before.]{id="change.notice" period="P${notice}D"}
`;
const retained = promiseIds.filter((id) => id.startsWith("retain."));
const days = (period: string) => {
  const [, n, unit] = /^P(\d+)([YMD])$/.exec(period) ?? [];
  const from = Temporal.PlainDate.from("2025-01-01");
  const to = from.add({ [{ Y: "years", M: "months", D: "days" }[unit ?? ""] ?? "days"]: Number(n) });
  return from.until(to, { largestUnit: "days" }).days;
};
const period = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom("Y", "M", "D"))
  .map(([n, unit]) => `P${n}${unit}`);
const values: fc.Arbitrary<Values> = fc.record({
  periods: fc.record(Object.fromEntries(retained.map((id) => [id, period]))),
  providers: fc.uniqueArray(fc.constantFrom("hosting", "payment", "email", "analytics", "support"), { minLength: 1 }),
  reply: fc.integer({ min: 1, max: 99 }).map(String),
  notice: fc.integer({ min: 1, max: 99 }).map(String),
});

describe("proposed highlights", () => {
  it("each promise whose value changed gives exactly one, of the right type, with both values", () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        const found = propose(write(before), write(after));
        const expected: unknown[][] = [];
        for (const id of retained) {
          const [was, is] = [before.periods[id] ?? "", after.periods[id] ?? ""];
          if (was === is) continue;
          const more = days(is) - days(was);
          const kind = more > 0 ? "retention-longer" : more < 0 ? "retention-shorter" : "wording";
          expected.push([kind, "retention", periodWords(was), periodWords(is)]);
        }
        const [was, is] = [before.providers, after.providers];
        if (was.join() !== is.join()) {
          const more = is.some((name) => !was.includes(name));
          expected.push([more ? "new-recipient" : "wording", "share", expect.any(String), expect.any(String)]);
        }
        if (before.reply !== after.reply) {
          const hours = (n: string) => `${n} hour${n === "1" ? "" : "s"}`;
          expected.push(["contact", "contact", hours(before.reply), hours(after.reply)]);
        }
        if (before.notice !== after.notice) {
          const kind = Number(after.notice) > Number(before.notice) ? "right-added" : "right-narrowed";
          expected.push([kind, "changes", periodWords(`P${before.notice}D`), periodWords(`P${after.notice}D`)]);
        }
        expect(found.map(short)).toHaveLength(expected.length);
        expect(found.map(short)).toEqual(expect.arrayContaining(expected));
      }),
    );
  });

  it("the same text gives none; each is one that can be stored, with a key of its own", () => {
    fc.assert(
      fc.property(values, values, (before, after) => {
        expect(propose(write(after), write(after))).toEqual([]);
        const found = propose(write(before), write(after));
        for (const { key: _, line: __, ...content } of found)
          expect(highlightInput.safeParse(content).success).toBe(true);
        expect(new Set(found.map(({ key }) => key)).size).toBe(found.length);
        expect(propose(write(before), write(after))).toEqual(found);
      }),
      { numRuns: 30 },
    );
    // Two promises of one clause that change from and to the same, as a run once drew them.
    const with2 = (period: string): Values => ({
      periods: { "retain.work-orders": period, "retain.usage": period },
      ...{ providers: ["hosting"], reply: "1", notice: "1" },
    });
    const two = propose(write(with2("P6M")), write(with2("P3D")));
    expect(new Set(two.map(({ key }) => key)).size).toBe(2);
    for (const number of [1, 2]) expect(propose(source(number), source(number))).toEqual([]);
  });

  it("finds what changes from the first policy to the second, the gravest first, about whose data", () => {
    const found = propose(one, source(2));
    expect(found.map(({ kind, severity, categories }) => [kind, severity, categories])).toEqual([
      ["new-recipient", "high", ["collect.account", "collect.communication"]],
      ["retention-shorter", "medium", ["collect.usage"]],
    ]);
    expect(found[1]).toMatchObject({
      clauseId: "retention",
      oldText: "2 years",
      newText: "1 year",
      sentence: "We keep usage logs for 1 year instead of 2 years, so they are deleted sooner than before.",
    });
    expect(found[0]?.sentence).toBe(
      "A further kind of provider can receive personal information of yours: Customer support tools.",
    );
  });

  it("a promise that came or went is of its family's type", () => {
    const types: Record<string, [string, string]> = {
      "collect.device": ["new-data", "wording"],
      "use.improvement": ["new-purpose", "wording"],
      "share.legal": ["new-recipient", "wording"],
      "share.no-sale": ["wording", "new-recipient"],
      "right.deletion": ["right-added", "right-narrowed"],
      "retain.usage": ["retention-shorter", "retention-longer"],
      "change.posting": ["wording", "right-narrowed"],
      "contact.reply": ["contact", "contact"],
      "security.encryption": ["wording", "wording"],
    };
    for (const [id, [whenAdded, whenRemoved]] of Object.entries(types)) {
      const without = one.replace(new RegExp(`:promise\\[([^\\]]*)\\]\\{id="${id}"[^}]*\\}`), "");
      expect(without).not.toBe(one);
      expect(
        propose(without, one).map(({ kind }) => kind),
        `${id} added`,
      ).toEqual([whenAdded]);
      expect(
        propose(one, without).map(({ kind }) => kind),
        `${id} removed`,
      ).toEqual([whenRemoved]);
    }
  });

  it("a promise in other words is taken at its gravest, and fewer words of collecting as wording", () => {
    const kinds = (from: string, to: string) => propose(one, one.replace(from, to)).map(({ kind }) => kind);
    expect(kinds("your name, email address", "your name, birthday, email address")).toEqual(["new-data"]);
    expect(kinds("your name, email address", "your name")).toEqual(["wording"]);
    expect(kinds("to make it better", "to make it better and to train models")).toEqual(["new-purpose"]);
    expect(kinds("deleted, subject to", "deleted once a year, subject to")).toEqual(["right-narrowed"]);
  });

  it("what is not in a promise gives one a clause, and a promise never hides what stands beside it", () => {
    const kinds = (from: string, to: string) => {
      const changed = one.replace(from, to);
      expect(changed).not.toBe(one);
      return propose(one, changed).map(({ kind, clauseId }) => [kind, clauseId]);
    };
    expect(kinds("we pass your request on to it", "we answer for it")).toEqual([["wording", "about"]]);
    expect(kinds("Send questions about", "Write about")).toEqual([["contact", "contact"]]);
    expect(
      kinds(
        'for 2 years.]{id="retain.usage" period="P2Y"}',
        'for 2 years.]{id="retain.usage" period="P2Y"} We may sell them.',
      ),
    ).toEqual([["wording", "retention"]]);
  });

  it("typography, line breaks and a clause that only moved give none", () => {
    const moved = one.replace(
      /(## How we protect it[\s\S]*?)(## How long we keep it[\s\S]*?)(?=## Your rights)/,
      "$2$1",
    );
    expect(moved).not.toBe(one);
    expect(propose(one, moved)).toEqual([]);
    expect(propose(one, one.replaceAll('"Privacy Policy Inquiry". ', "“Privacy Policy Inquiry”. "))).toEqual([]);
    expect(
      propose(one, one.replace("We sell", "We  sell").replace("of information we handle", "of information\nwe handle")),
    ).toEqual([]);
  });

  it("H4: gives every promise mark an answer, whatever its value says", () => {
    const base = read(one);
    const value = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(value, value, fc.constantFrom(...promiseIds.filter((id) => valuesOf(id).length > 0)), (a, b, id) => {
        const mark = (text: string) => ({
          id,
          clauseId: "x",
          sentence: "A sentence.",
          line: 1,
          values: Object.fromEntries(valuesOf(id).map((name) => [name, text])),
        });
        const policy = (text: string) => ({ ...base, clauses: [], promises: [mark(text)] });
        expect(proposeHighlights(policy(a), policy(b))).toHaveLength(a === b ? 0 : 1);
      }),
    );
  });
});
