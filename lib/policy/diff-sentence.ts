import { alignBest, overlap } from "./align";
import { cellBorder } from "./block-text";
import { markFormats } from "./diff-formats";
import { diffWords } from "./diff-words";
import type { Run } from "./runs";
import type { Sentence } from "./sentences";
import { wordsOf } from "./words";

export type SentenceChange = { kind: "same" | "changed" | "formatted" | "typographic"; runs: Run[] };

const same: SentenceChange = { kind: "same", runs: [] };

/** What became of one sentence: the strongest of its changes, and all of them in runs. A row is compared cell by cell. */
export function diffSentence(old: Sentence, now: Sentence): SentenceChange {
  if (old.isSame(now)) return same;
  const words =
    old.kind === "row" && now.kind === "row" ? diffCells(old.text, now.text) : diffWords(old.text, now.text);
  const runs = markFormats(words, old.spans, now.spans);
  const kinds = new Set(runs.map(({ kind }) => kind));
  if (kinds.has("del") || kinds.has("ins")) return { kind: "changed", runs };
  if (kinds.has("format") || runs.some((run) => run.kind === "quiet" && run.formats))
    return { kind: "formatted", runs };
  return kinds.has("quiet") ? { kind: "typographic", runs } : same;
}

function diffCells(old: string, now: string): Run[] {
  const [before, after] = [old.split(cellBorder), now.split(cellBorder)];
  const runs: Run[] = [];
  const add = (kind: "same" | "del" | "ins", text: string) => {
    const last = runs.at(-1);
    if (last?.kind === kind && !("old" in last)) last.text += text;
    else if (text !== "") runs.push({ kind, text });
  };
  let [olds, nows] = [0, 0];
  for (const { cell, became } of pairCells(before, after)) {
    // Each text has its own borders, between its own cells.
    const borders = [cell !== null && olds++ > 0, became !== null && nows++ > 0];
    if (borders[0] && borders[1]) add("same", cellBorder);
    else if (borders[0]) add("del", cellBorder);
    else if (borders[1]) add("ins", cellBorder);
    if (cell === null) add("ins", became ?? "");
    else if (became === null) add("del", cell);
    else for (const run of diffWords(cell, became)) runs.push(run);
  }
  return runs;
}

type CellPair = { cell: string | null; became: string | null };

/** As much alike as two cells have to be when a column came or went. */
const leastAlike = 0.4;

/** Which cell became which: by place while their number stays, else by their words, so that a column can come or go. */
function pairCells(before: readonly string[], after: readonly string[]): CellPair[] {
  if (before.length === after.length) return before.map((cell, index) => ({ cell, became: after[index] ?? "" }));
  const alike = (a: string, b: string) => (a === b ? 1.5 : overlap(wordsOf(a), wordsOf(b)));
  const pairs: CellPair[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...alignBest(before, after, alike, leastAlike), [before.length, after.length] as const]) {
    while (i < x) pairs.push({ cell: before[i++] ?? "", became: null });
    while (j < y) pairs.push({ cell: null, became: after[j++] ?? "" });
    if (x < before.length) pairs.push({ cell: before[i++] ?? "", became: after[j++] ?? "" });
  }
  return pairs;
}
