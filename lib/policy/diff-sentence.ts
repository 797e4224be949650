import { cellBorder } from "./block-text";
import { markFormats } from "./diff-formats";
import { diffWords } from "./diff-words";
import type { Run } from "./runs";
import type { Sentence } from "./sentences";

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
  if (before.length !== after.length) return diffWords(old, now);
  return before.flatMap((cell, index): Run[] => [
    ...(index > 0 ? [{ kind: "same" as const, text: cellBorder }] : []),
    ...diffWords(cell, after[index] ?? ""),
  ]);
}
