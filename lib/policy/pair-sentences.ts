import { alignBest } from "./align";
import { commonSequence, heaviestIncreasing } from "./common-sequence";
import { foldSentence } from "./fold";
import { joinSentences, type Sentence } from "./sentences";
import type { WordOverlap } from "./words";

/** Sentences with less of their words' weight in common are two sentences, not one that changed. */
const leastAlike = 0.4;
/** A sentence that moved and changed at once has to be better known than by its place. */
const leastMoved = 0.55;
/** How much weight the shared words of such a pair have, so that no phrase is taken for a sentence. */
const leastMovedWeight = 3;
/** A gap with more pairs than this is searched by rare words. */
const mostPairs = 20_000;

export type Pair = [old: Sentence, now: Sentence];

const folded = new WeakMap<Sentence, string>();
/** A sentence as it reads whatever signs it is set in. */
export function foldedKey(sentence: Sentence): string {
  const known = folded.get(sentence);
  if (known !== undefined) return known;
  const key = `${sentence.apart} ${foldSentence(sentence.text)}`;
  folded.set(sentence, key);
  return key;
}

/** From the strictest to the mildest sense in which two sentences are the same. */
export const keys: readonly ((sentence: Sentence) => string)[] = [
  (sentence) => sentence.fullKey,
  (sentence) => sentence.key,
  foldedKey,
];

/** The sentences that two lists share in one order, the same in every way before the same in words before the same but for signs. */
export function sharedInOrder(olds: readonly Sentence[], nows: readonly Sentence[]): [number, number][] {
  const pairs: [number, number][] = [];
  const both = Math.min(olds.length, nows.length);
  let start = 0;
  while (start < both && isSame(olds[start], nows[start])) pairs.push([start, start++]);
  let [endOld, endNew] = [olds.length, nows.length];
  while (endOld > start && endNew > start && isSame(olds[endOld - 1], nows[endNew - 1])) {
    endOld--;
    endNew--;
  }
  if (endOld > start && endNew > start)
    for (const [i, j] of sharedByKeys(olds.slice(start, endOld), nows.slice(start, endNew), 0))
      pairs.push([start + i, start + j]);
  for (let k = 0; endOld + k < olds.length; k++) pairs.push([endOld + k, endNew + k]);
  return pairs;
}

const isSame = (old: Sentence | undefined, now: Sentence | undefined): boolean => !!old && !!now && now.isSame(old);

function sharedByKeys(olds: readonly Sentence[], nows: readonly Sentence[], level: number): [number, number][] {
  const key = keys[level];
  if (!key || olds.length === 0 || nows.length === 0) return [];
  const found = commonSequence(olds.map(key), nows.map(key));
  const all: [number, number][] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...found, [olds.length, nows.length] as const]) {
    if (x > i && y > j)
      for (const [p, q] of sharedByKeys(olds.slice(i, x), nows.slice(j, y), level + 1)) all.push([i + p, j + q]);
    if (x < olds.length && y < nows.length) all.push([x, y]);
    [i, j] = [x + 1, y + 1];
  }
  return all;
}

/** Leftover sentences of one gap that are most likely the same sentence, changed; in one order. */
export function pairInOrder(
  olds: readonly Sentence[],
  nows: readonly Sentence[],
  overlap: WordOverlap,
): [number, number][] {
  const alike = (a: Sentence, b: Sentence): number => {
    if (a.apart !== b.apart) return 0;
    // A clause has one heading; it changed, however little of it is left.
    return a.apart === "heading" ? Math.max(0.5, overlap.alike(a, b)) : overlap.alike(a, b);
  };
  if (olds.length * nows.length <= mostPairs) return alignBest(olds, nows, alike, leastAlike);
  const best = candidates(olds, nows, overlap, leastAlike).filter(firstOfBoth());
  const ordered = best.sort((a, b) => a.now - b.now);
  return heaviestIncreasing(ordered.map(({ old, score }) => ({ value: old, weight: score }))).flatMap((index) => {
    const pair = ordered[index];
    return pair ? [[pair.old, pair.now] as [number, number]] : [];
  });
}

/** Leftover sentences of anywhere that moved and changed at once. */
export function pairAnywhere(olds: readonly Sentence[], nows: readonly Sentence[], overlap: WordOverlap): Pair[] {
  return candidates(olds, nows, overlap, leastMoved)
    .filter(({ shared }) => shared >= leastMovedWeight)
    .filter(firstOfBoth())
    .flatMap(({ old, now }): Pair[] => {
      const [a, b] = [olds[old], nows[now]];
      return a && b && a.apart === "text" && b.apart === "text" ? [[a, b]] : [];
    });
}

type Candidate = { old: number; now: number; score: number; shared: number };

/** Lets each side's sentence through once. */
function firstOfBoth(): (candidate: Candidate) => boolean {
  const [olds, nows] = [new Set<number>(), new Set<number>()];
  return ({ old, now }) => {
    if (olds.has(old) || nows.has(now)) return false;
    olds.add(old);
    nows.add(now);
    return true;
  };
}

/** Pairs that share a rare word and are alike enough, the most alike first. */
function candidates(
  olds: readonly Sentence[],
  nows: readonly Sentence[],
  overlap: WordOverlap,
  least: number,
): Candidate[] {
  if (olds.length === 0 || nows.length === 0) return [];
  const holders = new Map<number, number[]>();
  for (const [index, sentence] of olds.entries())
    for (const id of new Set(overlap.bag(sentence))) {
      const list = holders.get(id);
      if (list) list.push(index);
      else holders.set(id, [index]);
    }
  const most = Math.max(12, Math.min(60, Math.ceil(40_000 / nows.length)));
  const found: Candidate[] = [];
  for (const [now, sentence] of nows.entries()) {
    const near = new Set<number>();
    for (const id of new Set(overlap.bag(sentence))) {
      const list = holders.get(id);
      if (list && list.length <= most) for (const old of list) near.add(old);
    }
    for (const old of near) {
      const other = olds[old];
      if (!other || other.apart !== sentence.apart) continue;
      const score = overlap.alike(other, sentence);
      if (score >= least) found.push({ old, now, score, shared: overlap.shared(other, sentence) });
    }
  }
  return found.sort((a, b) => b.score - a.score || a.now - b.now);
}

/** What stands right before and right behind a sentence among those left over. */
export type Neighbours = [before: Sentence | undefined, behind: Sentence | undefined];

/**
 * A sentence that was split in two, or two that were made one: the neighbours of a pair that belong to it as well.
 * @returns both sides of the pair, joined with what fits, and what was joined
 */
export function withNeighbours(
  [old, now]: Pair,
  olds: Neighbours,
  nows: Neighbours,
  overlap: WordOverlap,
): { pair: Pair; used: Sentence[] } {
  const used: Sentence[] = [];
  if (old.kind === "row" || now.kind === "row" || old.apart !== now.apart) return { pair: [old, now], used };
  const grow = (whole: Sentence, part: Sentence, [before, behind]: Neighbours): Sentence => {
    let grown = part;
    for (const other of [before, behind]) {
      const joined = other && joinedIfFits(whole, grown, other, other === before, overlap);
      if (!other || !joined) continue;
      grown = joined;
      used.push(other);
    }
    return grown;
  };
  const grownNow = grow(old, now, nows);
  const grownOld = grow(grownNow, old, olds);
  return { pair: [grownOld, grownNow], used };
}

/** `part` and its neighbour as one sentence, when `whole` is plainly both of them. */
function joinedIfFits(whole: Sentence, part: Sentence, other: Sentence, isBefore: boolean, overlap: WordOverlap) {
  if (other.block !== part.block || other.apart !== part.apart) return null;
  const own = overlap.sum(other);
  if (own < 1.5 || overlap.shared(whole, other) < 0.6 * own) return null;
  const joined = isBefore ? joinSentences(other, part) : joinSentences(part, other);
  overlap.join(joined, part, other);
  return overlap.alike(whole, joined) > overlap.alike(whole, part) + 0.05 ? joined : null;
}
