/**
 * Which of some groups may have a figure shown, when the figure of all together is shown too. A group smaller than `atLeast` has
 * none. What is hidden can be had by taking the shown ones from the whole, so that must say nothing about a small group either: at
 * least two groups are hidden together, and they hold at least `atLeast`. The smallest shown ones are hidden until that is so.
 * @param sizes of how many requests each group's figure is made; the whole is their sum
 * @returns true for each group that stays hidden
 */
export function hideSmall(sizes: readonly number[], atLeast: number): boolean[] {
  const hidden = sizes.map((size) => size < atLeast);
  const isSafe = () => {
    const together = sizes.filter((_, at) => hidden[at]);
    return together.length === 0 || (together.length > 1 && sumOf(together) >= atLeast);
  };
  while (!isSafe()) {
    const next = smallestShown(sizes, hidden);
    if (next === null) break;
    hidden[next] = true;
  }
  return hidden;
}

function smallestShown(sizes: readonly number[], hidden: readonly boolean[]): number | null {
  let found: number | null = null;
  for (const [at, size] of sizes.entries())
    if (!hidden[at] && (found === null || size < (sizes[found] ?? 0))) found = at;
  return found;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
