import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectTrueChanges, nothingChanged, type Text, textOf } from "@/test/policy-changes";
import { diffPolicies, type PolicyDiff } from "./diff";
import { newText, oldText } from "./runs";

type Sentence = string[];
type Clause = { heading: string; paragraphs: Sentence[][] };

const languages = {
  english: {
    words:
      "we you keep delete share personal data usage logs photos invoices account technicians buildings for with the of and to until after customers providers request answer".split(
        " ",
      ),
    values: [
      "30 days",
      "2 years",
      "10%",
      "€1,200.50",
      "28 May 2025",
      "AES-256",
      "24/7",
      "privacy@lumen.example",
      "U.S.",
    ],
    space: " ",
    end: ".",
  },
  german: {
    words:
      "wir Sie speichern löschen Daten Protokolle Rechnungen Konto Anbieter für mit der die und nach bis Techniker Gebäude z. B. Auskunft".split(
        " ",
      ),
    values: ["90 Tagen", "1.234,56 €", "25. Mai 2018", "10 %", "Art. 6", "31.12.2024"],
    space: " ",
    end: ".",
  },
  japanese: {
    words: "当社は お客様の 個人情報を 保存し 削除します 第三者に 提供 アクセス記録を 請求書 その後 ため 取得".split(
      " ",
    ),
    values: ["30日間", "2018年5月25日", "1,000円", "10％", "第5条"],
    space: "",
    end: "。",
  },
};
type Language = (typeof languages)[keyof typeof languages];

const documentOf = ({ words, values }: Language): fc.Arbitrary<Clause[]> => {
  const word = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  );
  const sentence = fc.array(word, { minLength: 3, maxLength: 14 });
  const paragraphs = fc.array(fc.array(sentence, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
  const heading = fc.tuple(fc.constantFrom(...words), fc.constantFrom(...words)).map((two) => two.join(" "));
  return fc.array(fc.record({ heading, paragraphs }), { minLength: 1, maxLength: 5 });
};

const markdownOf = (clauses: Clause[], { space, end }: Language): string =>
  clauses
    .map(({ heading, paragraphs }) =>
      [`## ${heading}`, ...paragraphs.map((all) => all.map((one) => capital(one.join(space)) + end).join(space))].join(
        "\n\n",
      ),
    )
    .join("\n\n");
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const kinds = ["insert", "delete", "move", "word", "value", "rename", "move clause", "split", "link", "bold"] as const;
type Edit = { kind: (typeof kinds)[number]; at: number; to: number };
const edit = fc.record({ kind: fc.constantFrom(...kinds), at: fc.nat(1000), to: fc.nat(1000) });

/** One change such as an editor would make; the text given stays as it is. */
function applied(clauses: Clause[], { kind, at, to }: Edit, language: Language): Clause[] {
  const next = structuredClone(clauses);
  const pick = <T>(list: T[], index: number): T | undefined => list[index % Math.max(1, list.length)];
  const clause = pick(next, at);
  const paragraph = clause && pick(clause.paragraphs, to);
  const sentence = paragraph && pick(paragraph, at + to);
  if (!clause || !paragraph || !sentence) return next;
  const index = to % sentence.length;
  const value = pick(language.values, at) ?? "1";
  if (kind === "insert") paragraph.splice(to % (paragraph.length + 1), 0, [...language.words.slice(0, 5), value]);
  if (kind === "delete") paragraph.splice(paragraph.indexOf(sentence), 1);
  if (kind === "word") sentence[index] = pick(language.words, at) ?? "";
  if (kind === "value") sentence[index] = value;
  if (kind === "rename") clause.heading = `${pick(language.words, to)} ${pick(language.words, at)}`;
  if (kind === "link") sentence[index] = `[${sentence[index]}](https://lumen.example/${to})`;
  if (kind === "bold") sentence[index] = `**${sentence[index]}**`;
  if (kind === "split")
    next.splice(next.indexOf(clause) + 1, 0, { heading: "New", paragraphs: clause.paragraphs.splice(1) });
  if (kind === "move clause") next.splice(to % next.length, 0, ...next.splice(next.indexOf(clause), 1));
  if (kind === "move") {
    paragraph.splice(paragraph.indexOf(sentence), 1);
    pick(pick(next, to)?.paragraphs ?? [], at)?.push(sentence);
  }
  return next;
}

const edited = fc.constantFrom(...Object.values(languages)).chain((language) =>
  fc.tuple(documentOf(language), fc.array(edit, { maxLength: 8 })).map(([clauses, edits]) => ({
    before: markdownOf(clauses, language),
    after: markdownOf(
      edits.reduce((text, one) => applied(text, one, language), clauses),
      language,
    ),
  })),
);

/** Only what is unmarked, as each text has it. */
function unmarked(diff: PolicyDiff, side: typeof oldText): string {
  return diff.clauses
    .flatMap(({ rows }) => rows)
    .flatMap((row) => {
      if (row.kind === "same") return [side === oldText ? row.old.text : row.new.text];
      return "runs" in row && row.runs ? row.runs.filter(({ kind }) => kind !== "del" && kind !== "ins").map(side) : [];
    })
    .join("");
}

describe("texts as editors change them, in English, German and Japanese", () => {
  it("both are rebuilt, nothing that stayed is marked, everything that changed is", () => {
    fc.assert(
      fc.property(edited, ({ before, after }) => {
        const diff = expectTrueChanges(textOf(before), textOf(after));
        const bare = (text: string) => text.replace(/\s+/g, "");
        expect(bare(unmarked(diff, oldText))).toBe(bare(unmarked(diff, newText)));
        const links = (text: Text) =>
          text.clauses
            .flatMap(({ blocks }) => blocks.flatMap(({ spans = [] }) => spans.map(({ target }) => target ?? "")))
            .sort();
        const [old, now] = [links(textOf(before)), links(textOf(after))];
        const { counts } = diff;
        // A link that only one text has is somewhere in the changes.
        if (old.join(" ") !== now.join(" "))
          expect(
            counts.changed + counts.formatted + counts.inserted + counts.deleted + counts.movedChanged,
          ).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  it("read anew, the same text shows nothing, however its lines are broken", () => {
    fc.assert(
      fc.property(edited, ({ before }) => {
        expect(diffPolicies(textOf(before), textOf(before)).counts).toEqual(nothingChanged);
        const broken = before.replace(/(?<=^[^#\n].*[a-z,]) (?=[a-z])/gm, "\n").replaceAll("\n", "\r\n");
        expect(diffPolicies(textOf(before), textOf(broken)).counts).toEqual(nothingChanged);
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  it("set in other signs, a text has typography alone to show", () => {
    fc.assert(
      fc.property(edited, ({ before }) => {
        const set = before.replace(/(?<=\w) (?=\d)/g, "\u00a0").replace(/-(?=\d)/g, "‑");
        const { counts } = expectTrueChanges(textOf(before), textOf(set));
        expect({ ...counts, typographic: 0 }).toEqual(nothingChanged);
        expect(counts.typographic > 0).toBe(set !== before);
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  it("with one number changed in one sentence, that number is marked and nothing else", () => {
    fc.assert(
      fc.property(documentOf(languages.english), fc.nat(), (clauses, at) => {
        const before = markdownOf(
          [
            { heading: "First", paragraphs: [["we keep access logs for 41 days and no longer than that".split(" ")]] },
            ...clauses,
          ],
          languages.english,
        );
        const after = before.replace("41", String(1000 + (at % 1000)));
        const diff = expectTrueChanges(textOf(before), textOf(after));
        expect(diff.counts).toEqual({ ...nothingChanged, changed: 1 });
        const runs = diff.clauses.flatMap(({ rows }) =>
          rows.flatMap((row) => (row.kind === "changed" ? row.runs : [])),
        );
        expect(runs.filter(({ kind }) => kind !== "same").map(({ kind, text }) => [kind, text])).toEqual([
          ["del", "41"],
          ["ins", String(1000 + (at % 1000))],
        ]);
      }),
      { numRuns: 50 },
    );
  });
});
