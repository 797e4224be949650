/**
 * The order-keeping pairing of two lists with the highest sum of `score`; pairs below `least` are never
 * made. Time and space grow with the product of their lengths. @returns index pairs, ascending on both sides
 */
export function alignBest<A, B>(
  a: readonly A[],
  b: readonly B[],
  score: (a: A, b: B) => number,
  least: number,
): [number, number][] {
  const width = b.length + 1;
  if (a.length === 0 || b.length === 0) return [];
  const best = new Float64Array((a.length + 1) * width);
  const pairScore = new Float64Array((a.length + 1) * width);
  const at = (table: Float64Array, i: number, j: number): number => table[i * width + j] ?? 0;
  for (const [i, x] of a.entries())
    for (const [j, y] of b.entries()) {
      const value = score(x, y);
      const here = (i + 1) * width + j + 1;
      pairScore[here] = value >= least ? value : 0;
      const together = value >= least ? at(best, i, j) + value : 0;
      best[here] = Math.max(at(best, i, j + 1), at(best, i + 1, j), together);
    }
  const pairs: [number, number][] = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 && j > 0) {
    const value = at(pairScore, i, j);
    if (value > 0 && at(best, i, j) === at(best, i - 1, j - 1) + value) pairs.push([--i, --j]);
    else if (at(best, i, j) === at(best, i - 1, j)) i--;
    else j--;
  }
  return pairs.reverse();
}

/** Overlap of two bags of words: 1 for the same words, 0 for none in common (Dice). */
export function overlap(a: readonly string[], b: readonly string[]): number {
  if (a.length + b.length === 0) return 0;
  const left = new Map<string, number>();
  for (const word of a) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of b) {
    const count = left.get(word) ?? 0;
    if (count > 0) {
      common++;
      left.set(word, count - 1);
    }
  }
  return (2 * common) / (a.length + b.length);
}
