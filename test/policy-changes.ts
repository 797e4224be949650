import { expect } from "vitest";
import { type ClauseChange, diffPolicies, type PolicyDiff, type Row } from "@/lib/policy/diff";
import type { ComparedClause } from "@/lib/policy/diff-clauses";
import { readForeign } from "@/lib/policy/foreign";
import { newText, oldText, type Run } from "@/lib/policy/runs";
import type { Piece } from "@/lib/policy/sentences";
import { splitSentences } from "@/lib/policy/split";

export type Text = { clauses: ComparedClause[] };

/** A Markdown source read for comparison. @throws when it is refused */
export function textOf(markdown: string): Text {
  const read = readForeign(markdown);
  if (!read.ok) throw new Error(read.problem.message);
  return read;
}

/** One side's text out of the changes alone: clauses in order, each as its blocks. */
function rebuilt(diff: PolicyDiff, side: "old" | "new"): string[][] {
  const index = (clause: ClauseChange) => (side === "old" ? clause.oldIndex : clause.newIndex);
  return diff.clauses
    .filter((clause) => index(clause) !== null)
    .sort((a, b) => Number(index(a)) - Number(index(b)))
    .map((clause) => {
      const blocks: string[] = [];
      for (const row of clause.rows) {
        const piece = side === "old" ? ("old" in row ? row.old : null) : "new" in row ? row.new : null;
        if (piece) blocks[piece.block] = (blocks[piece.block] ?? "") + piece.text;
      }
      return blocks;
    });
}
const plain = (text: Text) => text.clauses.map((clause) => clause.blocks.map((block) => block.text));

const squeeze = (text: string) => text.replace(/\s+/g, " ").trim();
const closed = (text: string) => text.replace(/\s+/g, "");
const apart = (kind: Piece["kind"]) => (kind === "heading" || kind === "plain" ? kind : "text");
const sentencesOf = (kind: Piece["kind"], text: string) =>
  (kind === "row" || kind === "heading" ? [text] : splitSentences(text)).map((one) => `${apart(kind)} ${squeeze(one)}`);

function times(text: Text): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, text: words } of text.clauses.flatMap(({ blocks }) => blocks))
    for (const one of sentencesOf(kind, words)) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

const numbers = (text: string): string => (text.normalize("NFKC").match(/\p{N}+/gu) ?? []).join(" ");

/** The edges of a text's runs that lie inside of a number, a percentage or a decimal. */
export function cutNumbers(parts: readonly string[]): string[] {
  const text = parts.join("");
  const inside = new Set<number>();
  for (const { index, 0: number } of text.matchAll(/\p{Nd}+(?:[.,:/]\p{Nd}+)*%?/gu))
    for (let at = index + 1; at < index + number.length; at++) inside.add(at);
  let at = 0;
  return parts.slice(0, -1).flatMap((part) => {
    at += part.length;
    return inside.has(at) ? [`${text.slice(0, at)}|${text.slice(at)}`] : [];
  });
}

const targetsAt = ({ spans }: Piece, at: number): string =>
  spans
    .filter(({ kind, start, end }) => kind === "link" && start <= at && at < end)
    .map(({ target }) => target)
    .join(" ");

/** What must hold for the runs between two sentences. */
function expectRuns(runs: readonly Run[], old: Piece, now: Piece): void {
  expect(runs.map(oldText).join("")).toBe(old.text);
  expect(runs.map(newText).join("")).toBe(now.text);
  const marked = (run: Run) => run.kind === "del" || run.kind === "ins";
  // Neighbouring unmarked runs are read as one.
  const parts = (text: (run: Run) => string) => {
    const joined: { marked: boolean; text: string }[] = [];
    for (const run of runs.filter((one) => text(one) !== "")) {
      const last = joined.at(-1);
      if (last && !last.marked && !marked(run)) last.text += text(run);
      else joined.push({ marked: marked(run), text: text(run) });
    }
    return joined.map((part) => part.text);
  };
  expect(cutNumbers(parts(oldText))).toEqual([]);
  expect(cutNumbers(parts(newText))).toEqual([]);
  expect(cutNumbers(runs.filter((run) => run.kind !== "ins").map(oldText))).toEqual([]);
  let [atOld, atNew] = [0, 0];
  for (const run of runs) {
    const [left, right] = [oldText(run), newText(run)];
    if (!marked(run)) {
      // What is unmarked says the same on both sides: the same numbers and, character by character, the same links.
      expect(numbers(left)).toBe(numbers(right));
      if (run.kind === "same" && left === right)
        for (let k = 0; k < left.length; k++)
          if (/\S/.test(left.charAt(k))) expect(targetsAt(now, atNew + k)).toBe(targetsAt(old, atOld + k));
      if (run.kind === "same") expect(left.replace(/\s+/g, "")).toBe(right.replace(/\s+/g, ""));
    } else expect(run.text.trim(), "white space is never marked").not.toBe("");
    atOld += left.length;
    atNew += right.length;
  }
}

function expectRow(row: Row): void {
  if (row.kind === "same") {
    expect(row.old.text.replace(/\s+/g, "")).toBe(row.new.text.replace(/\s+/g, ""));
    const links = ({ text, spans }: Piece) =>
      spans
        .filter(({ kind }) => kind === "link")
        .map(({ start, end, target }) => [squeeze(text.slice(start, end)), target]);
    expect(links(row.old)).toEqual(links(row.new));
  }
  if (row.kind !== "changed" && row.kind !== "formatted" && row.kind !== "typographic") return;
  expectRuns(row.runs, row.old, row.new);
  const kinds = new Set(row.runs.map(({ kind }) => kind));
  expect(kinds.has("del") || kinds.has("ins")).toBe(row.kind === "changed");
  expect(kinds.has("format") || kinds.has("quiet") || row.kind === "changed").toBe(true);
}

/**
 * Compares two texts and holds the result against what is promised: both are rebuilt exactly, nothing that stayed is marked,
 * no mark cuts a number, and everything unmarked has the same numbers and links on both sides.
 */
export function expectTrueChanges(before: Text, after: Text): PolicyDiff {
  const diff = diffPolicies(before, after);
  expect(rebuilt(diff, "old")).toEqual(plain(before));
  expect(rebuilt(diff, "new")).toEqual(plain(after));
  const rows = diff.clauses.flatMap((clause) => clause.rows);
  for (const row of rows) expectRow(row);
  const away = new Map<string, Piece[]>();
  for (const row of rows)
    if (row.kind === "moved-away") away.set(closed(row.old.text), [...(away.get(closed(row.old.text)) ?? []), row.old]);
  for (const row of rows) {
    if (row.kind !== "moved-here") continue;
    const old = away.get(closed(row.runs ? row.runs.map(oldText).join("") : row.new.text))?.[0];
    expect(old, "a moved sentence went from somewhere").toBeDefined();
    if (old && row.runs) expectRuns(row.runs, old, row.new);
  }
  const [oldTimes, newTimes] = [times(before), times(after)];
  for (const row of rows) {
    // A sentence that both texts have equally often is never marked as changed, deleted or inserted.
    const marked = [
      row.kind === "changed" || row.kind === "deleted" ? row.old : null,
      row.kind === "changed" || row.kind === "inserted" ? row.new : null,
    ];
    for (const piece of marked)
      for (const key of piece ? sentencesOf(piece.kind, piece.text) : [])
        if (oldTimes.has(key) && newTimes.has(key))
          expect(oldTimes.get(key), `unchanged but marked: ${key}`).not.toBe(newTimes.get(key));
  }
  const ids = diff.clauses.map(({ id }) => id);
  expect(new Set(ids).size, "every clause has an id of its own").toBe(ids.length);
  return diff;
}

/** What a comparison is that found nothing. */
export const nothingChanged = {
  inserted: 0,
  deleted: 0,
  changed: 0,
  moved: 0,
  movedChanged: 0,
  movedClauses: 0,
  formatted: 0,
  typographic: 0,
};
