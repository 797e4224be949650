import { diffSentence, type SentenceChange } from "./diff-sentence";
import { keys, type Pair, pairAnywhere, pairInOrder, sharedInOrder, withNeighbours } from "./pair-sentences";
import type { Run } from "./runs";
import type { Sentence } from "./sentences";
import { WordOverlap } from "./words";

/** A sentence of either text in reading order, or one of both with what became of it. */
export type Step = { old?: Sentence; now?: Sentence } & Partial<SentenceChange>;
/** The two ends of a move; `runs` when it changed on its way. */
export type Move = { old: Sentence; now: Sentence; runs: Run[] | null };
export type Matched = { steps: Step[][]; moves: ReadonlyMap<Sentence, Move> };

type Gap = { olds: Sentence[]; nows: Sentence[]; clause: number };

/**
 * Which sentence became which, for clauses that became one another. In this order: the same sentence in the same place, the
 * same sentence elsewhere, a changed sentence in its place, a changed sentence elsewhere. What both texts have is so never
 * said to have changed, which is what lets a reader skip unmarked text.
 */
export function matchSentences(clauses: readonly (readonly [Sentence[], Sentence[]])[]): Matched {
  const moves = new Map<Sentence, Move>();
  const parts = clauses.map(([olds, nows], clause) => cut(olds, nows, clause));
  const gaps: Gap[] = [];
  for (const part of parts) for (const one of part) if ("olds" in one) gaps.push(one);
  matchMoves(gaps, moves);
  const left = (sentences: readonly Sentence[]) => sentences.filter((sentence) => !moves.has(sentence));
  const open = gaps.map(({ olds, nows }) => ({ olds: left(olds), nows: left(nows) }));
  const overlap = new WordOverlap(open.flatMap(({ olds, nows }) => [...olds, ...nows]));
  const paired = new Map<Gap, Pair[]>();
  const used = new Set<Sentence>();
  for (const [index, gap] of gaps.entries()) {
    const { olds = [], nows = [] } = open[index] ?? {};
    if (olds.length === 0 || nows.length === 0) continue;
    paired.set(gap, pairGap(gap, olds, nows, overlap, used));
  }
  const rest = (sentences: readonly Sentence[]) => sentences.filter((sentence) => !used.has(sentence));
  for (const [old, now] of pairAnywhere(
    rest(open.flatMap(({ olds }) => olds)),
    rest(open.flatMap(({ nows }) => nows)),
    overlap,
  ))
    addMove(old, now, moves);
  const steps = parts.map((part) => {
    const all: Step[] = [];
    for (const one of part) {
      if ("olds" in one) all.push(...stepsOf(one, paired.get(one)));
      else all.push(one);
    }
    return all;
  });
  return { steps, moves };
}

function stepOf(old: Sentence, now: Sentence): Step {
  const { kind, runs } = diffSentence(old, now);
  return { old, now, kind, runs };
}

/** The sentences of a clause that stayed in their place, and the gaps between them. */
function cut(olds: Sentence[], nows: Sentence[], clause: number): (Step | Gap)[] {
  const parts: (Step | Gap)[] = [];
  let [i, j] = [0, 0];
  const until = (x: number, y: number) => {
    if (x > i || y > j) parts.push({ olds: olds.slice(i, x), nows: nows.slice(j, y), clause });
    i = x + 1;
    j = y + 1;
  };
  for (const [x, y] of sharedInOrder(olds, nows)) {
    until(x, y);
    const [old, now] = [olds[x], nows[y]];
    if (old && now) parts.push(stepOf(old, now));
  }
  until(olds.length, nows.length);
  return parts;
}

/** Sentences that left one gap and came up in another, the same; those of the same clause first. */
function matchMoves(gaps: readonly Gap[], moves: Map<Sentence, Move>): void {
  if (!gaps.some(({ olds }) => olds.length > 0) || !gaps.some(({ nows }) => nows.length > 0)) return;
  for (const key of keys)
    for (const near of [true, false]) {
      const name = (sentence: Sentence, clause: number) => (near ? `${clause} ${key(sentence)}` : key(sentence));
      const waiting = new Map<string, Sentence[]>();
      for (const { olds, clause } of gaps)
        for (const old of olds) {
          if (moves.has(old)) continue;
          const list = waiting.get(name(old, clause));
          if (list) list.push(old);
          else waiting.set(name(old, clause), [old]);
        }
      if (waiting.size === 0) return;
      const next = new Map<string, number>();
      for (const { nows, clause } of gaps)
        for (const now of nows) {
          if (moves.has(now)) continue;
          const id = name(now, clause);
          const nth = next.get(id) ?? 0;
          const old = waiting.get(id)?.[nth];
          if (!old) continue;
          next.set(id, nth + 1);
          addMove(old, now, moves);
        }
    }
}

function addMove(old: Sentence, now: Sentence, moves: Map<Sentence, Move>): void {
  const { kind, runs } = diffSentence(old, now);
  const move = { old, now, runs: kind === "same" ? null : runs };
  moves.set(old, move);
  moves.set(now, move);
}

/** The pairs of a gap, split and merged sentences joined. */
function pairGap(gap: Gap, olds: Sentence[], nows: Sentence[], overlap: WordOverlap, used: Set<Sentence>): Pair[] {
  const found = pairInOrder(olds, nows, overlap);
  for (const [i, j] of found) for (const one of [olds[i], nows[j]]) if (one) used.add(one);
  const free = (list: Sentence[], whole: Sentence[], index: number): Sentence | undefined => {
    const one = whole[index];
    return one && list.includes(one) && !used.has(one) ? one : undefined;
  };
  return found.flatMap(([i, j]): Pair[] => {
    const [old, now] = [olds[i], nows[j]];
    if (!old || !now) return [];
    const [x, y] = [gap.olds.indexOf(old), gap.nows.indexOf(now)];
    const { pair, used: joined } = withNeighbours(
      [old, now],
      [free(olds, gap.olds, x - 1), free(olds, gap.olds, x + 1)],
      [free(nows, gap.nows, y - 1), free(nows, gap.nows, y + 1)],
      overlap,
    );
    for (const one of joined) used.add(one);
    return [pair];
  });
}

/** A gap in reading order: what went, then what came, before each pair. */
function stepsOf(gap: Gap, pairs: readonly Pair[] = []): Step[] {
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  for (const [old, now] of pairs) {
    const [a, b] = [partsOf(old), partsOf(now)];
    const [x, y] = [gap.olds.indexOf(a[0] ?? old, i), gap.nows.indexOf(b[0] ?? now, j)];
    for (const one of gap.olds.slice(i, x)) steps.push({ old: one });
    for (const one of gap.nows.slice(j, y)) steps.push({ now: one });
    steps.push(stepOf(old, now));
    [i, j] = [x + a.length, y + b.length];
  }
  for (const one of gap.olds.slice(i)) steps.push({ old: one });
  for (const one of gap.nows.slice(j)) steps.push({ now: one });
  return steps;
}

const partsOf = (sentence: Sentence): readonly Sentence[] => sentence.parts ?? [sentence];
