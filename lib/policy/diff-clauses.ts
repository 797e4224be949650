import { alignBest, heaviestIncreasing, overlap } from "./align";
import type { Clause } from "./document";
import { wordsOf } from "./split";

/** What the comparison needs of a clause. */
export type ComparedClause = Pick<Clause, "id" | "heading" | "level" | "blocks">;

export type ClausePair = {
  old: number | null;
  new: number | null;
  /** It stands elsewhere among the clauses that both texts have. */
  moved: boolean;
};

const size = (clause: ComparedClause): number => clause.blocks.reduce((sum, block) => sum + block.text.length, 1);
const bag = (clause: ComparedClause): string[] => clause.blocks.flatMap((block) => wordsOf(block.text));

/**
 * Which clause became which: by id first, then, for what is left, by content (a clause with a new id whose
 * words stayed). In the order of the new text, a deleted clause standing where it stood before.
 */
export function pairClauses(before: readonly ComparedClause[], after: readonly ComparedClause[]): ClausePair[] {
  const newToOld = new Map<number, number>();
  const oldById = new Map(before.map((clause, index) => [clause.id, index]));
  for (const [index, clause] of after.entries()) {
    const old = oldById.get(clause.id);
    if (old !== undefined) newToOld.set(index, old);
  }
  const taken = new Set(newToOld.values());
  const rest = (clauses: readonly ComparedClause[], known: (index: number) => boolean) =>
    clauses.flatMap((clause, index) => (known(index) ? [] : [{ index, level: clause.level, bag: bag(clause) }]));
  const oldRest = rest(before, (index) => taken.has(index));
  const newRest = rest(after, (index) => newToOld.has(index));
  const alike = (a: { bag: string[]; level: number }, b: { bag: string[]; level: number }) => overlap(a.bag, b.bag);
  for (const [a, b] of alignBest(oldRest, newRest, alike, 0.6)) {
    const [old, now] = [oldRest[a], newRest[b]];
    if (old && now) newToOld.set(now.index, old.index);
  }
  return inOrder(before, after, newToOld);
}

function inOrder(
  before: readonly ComparedClause[],
  after: readonly ComparedClause[],
  newToOld: Map<number, number>,
): ClausePair[] {
  const shared = [...newToOld].sort(([a], [b]) => a - b);
  const weights = shared.map(([now, old]) => {
    const [x, y] = [before[old], after[now]];
    return { value: old, weight: x && y ? Math.min(size(x), size(y)) : 1 };
  });
  const stayed = new Set(heaviestIncreasing(weights).map((index) => shared[index]?.[0]));
  const pairs: ClausePair[] = after.map((_, index) => {
    const old = newToOld.get(index);
    return { old: old ?? null, new: index, moved: old !== undefined && !stayed.has(index) };
  });
  const paired = new Set(newToOld.values());
  for (const [old] of before.entries()) {
    if (paired.has(old)) continue;
    // Behind the clause it followed before; at the top when it followed none.
    const behind = pairs.findLastIndex((pair) => pair.old === old - 1);
    pairs.splice(old === 0 ? 0 : behind + 1, 0, { old, new: null, moved: false });
  }
  return pairs;
}
