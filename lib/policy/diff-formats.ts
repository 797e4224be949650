import type { Span } from "./document";
import { type FormatChange, newText, oldText, type Run } from "./runs";

const nothing: readonly Span[] = [];

/**
 * The second pass: words that stayed, with another link or formatting, become `format` runs (`formats` on quiet ones).
 * @param old what lies on the older sentence; @param now on the newer one
 */
export function markFormats(runs: readonly Run[], old: readonly Span[], now: readonly Span[]): Run[] {
  if (old.length === 0 && now.length === 0) return [...runs];
  let [atOld, atNew] = [0, 0];
  return runs.flatMap((run): Run[] => {
    const [left, right] = [atOld, atNew];
    atOld += oldText(run).length;
    atNew += newText(run).length;
    if (run.kind === "del" || run.kind === "ins") return [run];
    if (run.kind === "same" && run.old === undefined) return withinSame(run.text, old, left, now, right);
    const [x, y] = [firstSign(oldText(run)), firstSign(newText(run))];
    const formats = x === -1 || y === -1 ? [] : changesOf(covering(old, left + x), covering(now, right + y));
    if (formats.length === 0) return [run];
    return [run.kind === "quiet" ? { ...run, formats } : { ...run, kind: "format", formats }];
  });
}

const firstSign = (text: string): number => text.search(/\S/);
const covering = (spans: readonly Span[], at: number): readonly Span[] =>
  spans.length === 0 ? nothing : spans.filter(({ start, end }) => start <= at && at < end);

/** Cut where any span begins or ends; each stretch compared by what lies on it. */
function withinSame(text: string, old: readonly Span[], left: number, now: readonly Span[], right: number): Run[] {
  const cuts = new Set([0, text.length]);
  const mark = (spans: readonly Span[], from: number) => {
    for (const { start, end } of spans)
      for (const edge of [start - from, end - from])
        if (edge > 0 && edge < text.length) cuts.add(outsideNumber(text, edge));
  };
  mark(old, left);
  mark(now, right);
  const edges = [...cuts].sort((a, b) => a - b);
  const runs: Run[] = [];
  for (const [index, start] of edges.slice(0, -1).entries()) {
    const part = text.slice(start, edges[index + 1]);
    const sign = firstSign(part);
    const formats =
      sign === -1 ? [] : changesOf(covering(old, left + start + sign), covering(now, right + start + sign));
    const run: Run = formats.length > 0 ? { kind: "format", text: part, formats } : { kind: "same", text: part };
    const last = runs.at(-1);
    if (last && isAlike(last, run)) runs[runs.length - 1] = { ...last, text: last.text + part };
    else runs.push(run);
  }
  return runs;
}

const isAlike = (a: Run, b: Run): boolean =>
  a.kind === b.kind &&
  (a.kind !== "format" || b.kind !== "format" || JSON.stringify(a.formats) === JSON.stringify(b.formats));

/** The start of the number that an edge would cut; else the edge. */
function outsideNumber(text: string, edge: number): number {
  const number = /[\p{N}.,:/%–-]/u;
  if (!number.test(text.charAt(edge)) || !number.test(text.charAt(edge - 1))) return edge;
  if (!/\p{N}/u.test(text.slice(Math.max(0, edge - 2), edge + 2))) return edge;
  let at = edge;
  while (at > 0 && number.test(text.charAt(at - 1))) at--;
  return at;
}

function changesOf(old: readonly Span[], now: readonly Span[]): FormatChange[] {
  const changes: FormatChange[] = [];
  const kinds = new Set([...old, ...now].map(({ kind }) => kind));
  for (const kind of kinds) {
    const [before, after] = [old.find((span) => span.kind === kind), now.find((span) => span.kind === kind)];
    if (kind === "link" || kind === "image") {
      const [from, to] = [before?.target ?? null, after?.target ?? null];
      if (from !== to) changes.push({ kind, from, to });
    } else if (!before !== !after) changes.push({ kind, added: after !== undefined });
  }
  return changes;
}
