import { diffArrays } from "diff";

/** More edits than this between two lists are not searched for the best answer; a good one is taken. */
const mostEdits = 1_500;

/**
 * The longest common subsequence of two lists, as index pairs ascending on both sides. What only one of them has is left
 * out before the search, which changes nothing of the answer and nearly everything of the time. Lists that share much in
 * another order (more than 1,500 edits apart) get a long common subsequence, not the longest.
 */
export function commonSequence(a: readonly (string | number)[], b: readonly (string | number)[]): [number, number][] {
  const pairs: [number, number][] = [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    pairs.push([start, start]);
    start++;
  }
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  if (endA > start && endB > start) pairs.push(...middle(a, b, start, endA, endB));
  for (let k = 0; endA + k < a.length; k++) pairs.push([endA + k, endB + k]);
  return pairs;
}

function middle(
  a: readonly (string | number)[],
  b: readonly (string | number)[],
  start: number,
  endA: number,
  endB: number,
): [number, number][] {
  const inB = new Set(b.slice(start, endB));
  const left = indexesOf(a, start, endA, inB);
  if (left.length === 0) return [];
  const right = indexesOf(b, start, endB, new Set(left.map((index) => a[index])));
  const [x, y] = [left.map((index) => a[index]), right.map((index) => b[index])];
  const parts = diffArrays(x, y, { maxEditLength: mostEdits });
  if (!parts) return inOrder(left, right, a, b);
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  for (const { added, removed, count } of parts) {
    for (let k = 0; !added && !removed && k < count; k++) pairs.push([left[i + k] ?? 0, right[j + k] ?? 0]);
    if (!added) i += count;
    if (!removed) j += count;
  }
  return pairs;
}

function indexesOf<T>(list: readonly T[], start: number, end: number, wanted: ReadonlySet<T>): number[] {
  const indexes: number[] = [];
  for (let index = start; index < end; index++) if (wanted.has(list[index] as T)) indexes.push(index);
  return indexes;
}

/** Each value's nth occurrence with its nth, as many as keep their order. */
function inOrder<T>(left: readonly number[], right: readonly number[], a: readonly T[], b: readonly T[]) {
  const places = new Map<T, number[]>();
  for (const index of right) {
    const value = b[index] as T;
    const list = places.get(value);
    if (list) list.push(index);
    else places.set(value, [index]);
  }
  const taken = new Map<T, number>();
  const pairs: [number, number][] = [];
  for (const index of left) {
    const value = a[index] as T;
    const nth = taken.get(value) ?? 0;
    taken.set(value, nth + 1);
    const place = places.get(value)?.[nth];
    if (place !== undefined) pairs.push([index, place]);
  }
  return heaviestIncreasing(pairs.map(([, place]) => ({ value: place, weight: 1 }))).flatMap((index) => {
    const pair = pairs[index];
    return pair ? [pair] : [];
  });
}

/**
 * The heaviest increasing subsequence: which items keep their order when as much as possible is said to
 * have stayed. @returns the indexes that stayed, ascending
 */
export function heaviestIncreasing(items: readonly { value: number; weight: number }[]): number[] {
  // A Fenwick tree of the best chain that ends at each value or below, by rank.
  const order = [...new Set(items.map(({ value }) => value))].sort((x, y) => x - y);
  const rank = new Map(order.map((value, index) => [value, index + 1]));
  const tree = new Int32Array(order.length + 1).fill(-1);
  const best = new Float64Array(items.length);
  const previous = new Int32Array(items.length).fill(-1);
  const weightOf = (index: number): number => (index === -1 ? 0 : (best[index] ?? 0));
  let top = -1;
  for (const [index, { value, weight }] of items.entries()) {
    const place = rank.get(value) ?? 1;
    let before = -1;
    for (let at = place - 1; at > 0; at -= at & -at) {
      const found = tree[at] ?? -1;
      if (weightOf(found) > weightOf(before)) before = found;
    }
    previous[index] = before;
    best[index] = weightOf(before) + weight;
    for (let at = place; at <= order.length; at += at & -at)
      if (weightOf(tree[at] ?? -1) < weightOf(index)) tree[at] = index;
    if (weightOf(index) > weightOf(top)) top = index;
  }
  const stayed: number[] = [];
  for (let at = top; at !== -1; at = previous[at] ?? -1) stayed.push(at);
  return stayed.reverse();
}
