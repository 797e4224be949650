import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../crypto/hash";
import { maxPolicyBytes, parsePolicy, policyDocument } from "./parse";
import { promiseIds } from "./promises";

const source = (number: number) => readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8");
const head = "---\ntitle: T\nlanguage: en\n---\n\n";
const problems = (body: string, front = head) => {
  const parsed = parsePolicy(front + body);
  return parsed.ok ? [] : parsed.problems;
};

describe("Operno's policy", () => {
  it.each([1, 2])("version %i parses and carries every promise once", (number) => {
    const parsed = parsePolicy(source(number));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(parsed.policy.promises.map(({ id }) => id).sort()).toEqual([...promiseIds].sort());
    const main = parsed.policy.clauses.filter(({ level }) => level === 2);
    expect(main.every(({ plain }) => plain !== null)).toBe(true);
  });

  it("version 2 moves the rights ahead of who receives data", () => {
    const order = (number: number) => {
      const parsed = parsePolicy(source(number));
      return parsed.ok ? parsed.policy.clauses.filter(({ level }) => level === 2).map(({ id }) => id) : [];
    };
    expect(order(1).indexOf("rights")).toBeGreaterThan(order(1).indexOf("retention"));
    expect(order(2).indexOf("rights")).toBeLessThan(order(2).indexOf("share"));
  });
});

describe("a policy source with a fault is refused with its line", () => {
  const clause = "## One {#one}\n\n";
  it.each([
    ["no front matter", "## One {#one}\n", "", 1, /front matter/i],
    ["front matter without a title", "## One {#one}\n", "---\nlanguage: en\n---\n", 1, /title/],
    ["front matter that is no YAML", "## One {#one}\n", "---\ntitle: [\n---\n", 2, /not valid YAML/],
    ["an unknown key in the front matter", "## One {#one}\n", "---\ntitle: T\nlanguage: en\nx: y\n---\n", 1, /x/],
    [
      "a date that does not exist",
      "## One {#one}\n",
      "---\ntitle: T\nlanguage: en\nupdated: 2025-02-30\n---\n",
      1,
      /updated/,
    ],
    ["no clause", "", head, 1, /no clause/],
    ["text before the first clause", "Hello.\n\n## One {#one}\n", head, 6, /before the first clause/],
    ["a clause without an id", "## One\n", head, 6, /has no id/],
    ["an id with capitals", "## One {#One}\n", head, 6, /may hold only/],
    ["an id twice", "## One {#one}\n\n## Two {#one}\n", head, 8, /used twice/],
    ["a heading of the first level", "# One {#one}\n", head, 6, /second level/],
    ["two plain-language lines", `${clause}:::plain\nA\n:::\n\n:::plain\nB\n:::\n`, head, 12, /two plain/],
    ["an empty plain-language line", `${clause}:::plain\n:::\n`, head, 8, /empty/],
    ["a promise without an id", `${clause}:promise[We do.]\n`, head, 8, /has no id/],
    ["an unknown promise", `${clause}:promise[We do.]{id="retain.shoes"}\n`, head, 8, /no promise/],
    ["a promise named like a built-in", `${clause}:promise[We do.]{id="constructor"}\n`, head, 8, /no promise/],
    [
      "a promise without its value",
      `${clause}:promise[We do.]{id="retain.usage"}\n`,
      head,
      8,
      /does not state its period/,
    ],
    [
      "a promise with a foreign value",
      `${clause}:promise[We do.]{id="share.no-sale" period="P1D"}\n`,
      head,
      8,
      /no value named/,
    ],
    [
      "a promise marked twice",
      `${clause}:promise[A.]{id="share.no-sale"} :promise[B.]{id="share.no-sale"}\n`,
      head,
      8,
      /marked twice/,
    ],
    ["an empty promise", `${clause}:promise[]{id="share.no-sale"}\n`, head, 8, /no sentence/],
    ["another directive", `${clause}:button[Go]\n`, head, 8, /no mark of a policy/],
    ["another container", `${clause}:::note\nHi\n:::\n`, head, 8, /no mark of a policy/],
    ["another leaf", `${clause}::video{src="x"}\n`, head, 8, /no mark of a policy/],
  ])("%s", (_, body, front, line, message) => {
    const found = problems(body, front);
    expect(found.find((one) => message.test(one.message))?.line).toBe(line);
  });

  it.each([
    ["raw HTML", "<b>x</b>"],
    ["a script", "<script>alert(1)</script>"],
    ["an HTML comment", "<!-- x -->"],
    ["an image", "![x](https://a.example/x.png)"],
    ["a script address", "[x](javascript:alert(1))"],
    ["a script address in capitals", "[x](JaVaScRiPt:alert(1))"],
    ["a data address", "[x](data:text/html,hi)"],
    ["a relative address", "[x](/account)"],
    ["an address without a scheme", "[x](//a.example)"],
    ["a mail address that is none", "[x](mailto:)"],
    ["a definition with a script address", "[x][y]\n\n[y]: javascript:alert(1)"],
    ["an anchor that is not there", "[x](#nowhere)"],
    ["a footnote", "x[^1]\n\n[^1]: y"],
  ])("S24: %s", (_, body) => {
    expect(problems(`${clause}${body}\n`)[0]?.line).toBeGreaterThanOrEqual(8);
  });

  it("S24: http, mailto and anchors of this text pass", () => {
    expect(problems(`${clause}[a](https://a.example/x) [b](mailto:a@b.example) [c](#one)\n`)).toEqual([]);
  });

  it("a text over the bound is refused unread", () => {
    expect(problems("x".repeat(maxPolicyBytes))).toEqual([
      { line: 1, message: expect.stringContaining("longer than") },
    ]);
  });

  it("H4: any text gives a policy or problems, never an exception", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.constantFrom(
        "## A {#a}",
        ":promise[",
        "]{id=",
        '"retain.usage"',
        ":::plain",
        ":::",
        "---",
        "\n",
        "\n\n",
        "- ",
        "> ",
        "|",
        "<",
        "\u0000",
        "[x](",
        ")",
        "`",
        "{#",
        "title: &a [*a]",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, framed) => {
        const parsed = parsePolicy((framed ? head : "") + pieces.join(""));
        if (!parsed.ok) expect(parsed.problems.every(({ line }) => line >= 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a stored version", () => {
  it("is parsed once, and refused when it does not match its hash", () => {
    const markdown = source(1);
    const version = { markdown, sha256: sha256Hex(markdown) };
    expect(policyDocument(version)).toBe(policyDocument({ ...version }));
    expect(() => policyDocument({ markdown, sha256: sha256Hex("other") })).toThrow(/hash/);
  });
});
