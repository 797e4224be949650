import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectTrueChanges, nothingChanged, textOf } from "@/test/policy-changes";
import { diffPolicies } from "./diff";
import { maxForeignLength, readForeign } from "./foreign";
import { parsePolicy } from "./parse";
import { splitSentences } from "./split";

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}.md`, import.meta.url), "utf8");
const said = (markdown: string) =>
  textOf(markdown).clauses.map(({ id, blocks }) => [id, ...blocks.map(({ text }) => text)]);

describe("other people's Markdown", () => {
  it("with kramdown, Liquid, HTML, tables and footnotes is read as its readers see it", () => {
    expect(said(fixture("kramdown"))).toEqual([
      [
        "preamble",
        '{% include banner.html kind="legal" %}',
        "TOC",
        "{% comment %} Nobody reads this. {% endcomment %}",
      ],
      [
        "top",
        "Privacy at Lumen Lifts",
        'This page says what {{ site.company }} does with data. It was last changed on {{ page.updated | date: "%Y-%m-%d" }}.',
      ],
      [
        "holdings",
        "What we hold",
        "We hold your name and the address of your building.",
        "The address tells a technician where to go. See also the map.",
        "Fault reports, kept for 2 years",
        "Photos of faults, kept for 90 days",
        "also those sent by e-mail",
        "also those taken by technicians",
        "Data | Kept for | Reason",
        "Invoices | 10 years | law",
        "Access logs | 90 days | security",
      ],
      [
        "who-sees-it",
        "Who sees it",
        "Our staff and hosting companies in the EU — nobody else.",
        "Support",
        "Bookkeeping",
      ],
      ["law", "The law", "Art. 6(1)(c) GDPR asks us to keep invoices. We follow it. The rest is our choice."],
    ]);
  });

  it("keeps where links lead, through HTML entities and reference links too", () => {
    const targets = textOf(fixture("kramdown")).clauses.flatMap(({ blocks }) =>
      blocks.flatMap(({ text, spans = [] }) =>
        spans.filter(({ kind }) => kind === "link").map(({ start, end, target }) => [text.slice(start, end), target]),
      ),
    );
    expect(targets).toEqual([
      ["address", "https://maps.example/lifts?id=7"],
      ["the map", "https://maps.example/map"],
      ["law", "#law"],
      ["hosting companies", "https://hosts.example/eu?a=1&b=2"],
    ]);
  });

  it.each(["kramdown", "german", "japanese"])(
    "%s: line endings, a byte order mark and line breaks change nothing",
    (name) => {
      const text = fixture(name);
      for (const other of [
        text.replaceAll("\n", "\r\n"),
        `\ufeff${text}`,
        `${text}\n\n\n`,
        text.replaceAll("\n\n", "\n\n\n"),
      ])
        expect(diffPolicies(textOf(text), textOf(other)).counts).toEqual(nothingChanged);
    },
  );

  it.each([
    ["no headings", "Only a sentence. And another.\n\nAnd a paragraph."],
    ["nothing", ""],
    ["front matter alone", "---\ntitle: x\n---\n"],
    ["front matter that never ends", "---\ntitle: x\n\nText."],
    ["TOML front matter", "+++\ntitle = 'x'\n+++\n\nText."],
    ["an unclosed Liquid tag", "We {{ keep it. {% if x\n\nMore."],
    ["unclosed HTML", "<div class='x\n\n<p>We keep <b>it.\n\n<a href=>x</a> <don't> 5 < 6"],
    ["headings alone", "# A\n\n## A\n\n### A"],
    ["only an image", "![](x.png)"],
    ["characters that are none", "a\u0000b \ud800 c\ufffe"],
  ])("reads %s", (_, markdown) => {
    const text = textOf(markdown);
    expectTrueChanges(text, textOf(fixture("german")));
    expect(diffPolicies(text, textOf(markdown)).counts).toEqual(nothingChanged);
  });

  it("shows what comes into a German and a Japanese policy, and nothing else", () => {
    const german = expectTrueChanges(
      textOf(fixture("german")),
      textOf(
        fixture("german")
          .replace("90 Tagen", "30 Tagen")
          .replace("25. Mai 2018", "25. Mai 2025")
          .replace("1.234,56 €", "2.234,56 €"),
      ),
    );
    expect(german.counts).toEqual({ ...nothingChanged, changed: 3 });
    const japanese = expectTrueChanges(
      textOf(fixture("japanese")),
      textOf(fixture("japanese").replace("30日間", "60日間").replace("* 料金の請求のため\n", "")),
    );
    expect(japanese.counts).toEqual({ ...nothingChanged, changed: 1, deleted: 1 });
  });
});

describe("sentences", () => {
  it.each([
    ["We use tools, e.g. Mail. In the U.S. We do.", 3],
    ["Acme Inc. and Acme Ltd. are one. See No. 5 and Art. 6 of it.", 2],
    ["Dies gilt z. B. Für alle, d. h. auch für Sie, ab dem 25. Mai 2018. Gem. Art. 6 Abs. 1 lit. f DSGVO.", 2],
    ["Der 3. Werktag zählt. Am 31. Dezember endet es.", 2],
    ["See https://a.example/x.Y?z=1. Then stop! Why? Because.", 4],
    ["当社は保存します。30日後に削除します！よろしいですか？はい。", 4],
    ["2. Scope of this policy. It covers {{ a. B }} and more.", 2],
    ["He said “Stop.” Then he left. (It was late.) OK.", 4],
    ["This costs 1.5 million. The rest 2.", 2],
    ["Is the answer no. Then write to us.", 2],
  ])("%s", (text, count) => {
    expect(splitSentences(text)).toHaveLength(count);
    expect(splitSentences(text).join("")).toBe(text);
  });
});

describe("hostile texts are refused, or read in bounded time", () => {
  const refused: [string, string][] = [
    ["10,000 quotes", `${">".repeat(10_000)} a`],
    ["10,000 lists", `${"- ".repeat(10_000)}a`],
    [
      "lists nested by indentation",
      Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth * 2)}- a`).join("\n"),
    ],
    ["10,000 brackets", "[".repeat(10_000)],
    ["10,000 pairs of brackets", "[".repeat(10_000) + "]".repeat(10_000)],
    ["10,000 stars", "*".repeat(10_000)],
    ["5 MB", "We keep logs for 30 days. ".repeat(200_000)],
  ];
  it.each(refused)("%s", (_, text) => {
    const start = performance.now();
    const read = readForeign(text);
    expect(read).toMatchObject({
      ok: false,
      problem: { line: expect.any(Number), message: expect.stringMatching(/^.{20,}\.$/) },
    });
    const own = parsePolicy(text);
    expect(own.ok ? [] : own.problems).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  const long: [string, string][] = [
    ["a sentence without an end", "word ".repeat(40_000)],
    ["one long word", "a".repeat(200_000)],
    ["one long number", "1".repeat(100_000)],
    ["dots", ".".repeat(100_000)],
    ["the same sentence 3,000 times", "We keep it. ".repeat(3000)],
    ["2,000 headings of one name", "# A\n\ntext\n\n".repeat(2000)],
    ["tags that never end", "<a ".repeat(3000)],
    ["a rule of dashes", "- ".repeat(200)],
    ["open Liquid tags", "{{ a {% b ".repeat(5000)],
    ["addresses without an end", "https://a@b.c".repeat(5000)],
    ["Japanese without an end", "個人情報を保存".repeat(5000)],
  ];
  it.each(long)(
    "%s",
    (_, text) => {
      // Processor time: the clock on the wall counts what else the machine does.
      const start = process.cpuUsage();
      const [before, after] = [textOf(text), textOf(`${text}\n\nAnd 1 more.`)];
      diffPolicies(before, after);
      diffPolicies(before, textOf(`Before it. ${text.slice(7)} changed`));
      expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000);
    },
    60_000,
  );

  it("any text is read or refused, never an exception", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.constantFrom(
        "# A {#a}",
        "{: #b .c}",
        "{{ x }}",
        "{% y %}",
        "[^1]",
        "[^1]: ",
        "| a | b |\n|---|---|\n",
        "<b>",
        "</p>",
        "<!--",
      ),
      fc.constantFrom(
        "\n",
        "\n\n",
        "- ",
        "> ",
        "```",
        "***",
        "[x](y)",
        "![z](w)",
        "===\n",
        "---\n",
        "\r\n",
        "\u00a0",
        "。",
        "30日 ",
      ),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, text, (a, b) => void expectTrueChanges(textOf(a), textOf(b))),
      { numRuns: 150 },
    );
  }, 60_000);

  it("says the bound it refuses by", () => {
    expect(readForeign("x".repeat(maxForeignLength + 1))).toMatchObject({ ok: false });
    expect(readForeign("x ".repeat(maxForeignLength / 8))).toMatchObject({ ok: true });
  });
});
