import { alignBest, overlap } from "./align";
import { heaviestIncreasing } from "./common-sequence";
import type { Clause } from "./document";
import { sentencesOf } from "./sentences";
import { wordsOf } from "./words";

/** What the comparison needs of a clause. */
export type ComparedClause = Pick<Clause, "id" | "heading" | "level" | "blocks"> & {
  /** Whether its id was made from its heading, so that it changes with it. */
  derived?: boolean;
};

export type ClausePair = {
  old: number | null;
  new: number | null;
  /** It stands elsewhere among the clauses that both texts have. */
  moved: boolean;
};

type Clauses = readonly ComparedClause[];

const size = (clause: ComparedClause): number => clause.blocks.reduce((sum, block) => sum + block.text.length, 1);

/** What the same heading counts for among ids that were made from it; more than no shared sentence, less than most of them. */
const sameHeading = 0.4;
/** Clauses with less in common are two clauses. */
const leastShared = 0.5;

/**
 * Which clause became which: by written id first; then by shared sentences and heading, so that a clause that was renamed,
 * moved, or both, is known again; then by words. In the order of the new text, a deleted clause standing where it stood
 * before.
 */
export function pairClauses(before: Clauses, after: Clauses): ClausePair[] {
  // Nothing to find out, as with most versions: the same ids in the same order.
  if (before.length === after.length && before.every(({ id }, index) => after[index]?.id === id))
    return after.map((_, index) => ({ old: index, new: index, moved: false }));
  const newToOld = new Map<number, number>();
  const written = new Map(before.flatMap((clause, index) => (clause.derived ? [] : [[clause.id, index] as const])));
  for (const [index, clause] of after.entries()) {
    const old = clause.derived ? undefined : written.get(clause.id);
    if (old !== undefined) newToOld.set(index, old);
  }
  pairUntouched(before, after, newToOld);
  pairByContent(before, after, newToOld);
  pairByWords(before, after, newToOld);
  return inOrder(before, after, newToOld);
}

/** Clauses with the same id and the same words are one, and most are. */
function pairUntouched(before: Clauses, after: Clauses, newToOld: Map<number, number>): void {
  const taken = new Set(newToOld.values());
  const byId = new Map(before.map((clause, index) => [clause.id, index]));
  for (const [index, clause] of after.entries()) {
    const old = byId.get(clause.id);
    const blocks = before[old ?? -1]?.blocks;
    if (old === undefined || newToOld.has(index) || taken.has(old) || blocks?.length !== clause.blocks.length) continue;
    if (clause.blocks.length < 2 || clause.blocks.some(({ text }, at) => blocks[at]?.text !== text)) continue;
    taken.add(old);
    newToOld.set(index, old);
  }
}

function pairByContent(before: Clauses, after: Clauses, newToOld: Map<number, number>): void {
  const taken = new Set(newToOld.values());
  const places = new Map<string, number[]>();
  const at = (key: string, index: number) => {
    const list = places.get(key);
    if (list) list.push(index);
    else places.set(key, [index]);
  };
  for (const [index, clause] of before.entries()) {
    if (taken.has(index)) continue;
    at(headingKey(clause), index);
    for (const { apart, key } of sentencesOf(clause)) if (apart !== "heading") at(key, index);
  }
  const [aboveOld, aboveNew] = [headingsAbove(before), headingsAbove(after)];
  const found: { old: number; now: number; score: number }[] = [];
  for (const [now, clause] of after.entries()) {
    if (newToOld.has(now)) continue;
    const shared = new Map<number, number>();
    for (const { apart, key } of sentencesOf(clause)) {
      const olds = apart === "heading" ? undefined : places.get(key);
      // What stands in many clauses tells none of them from the others.
      if (!olds || olds.length > 8) continue;
      for (const old of new Set(olds)) shared.set(old, (shared.get(old) ?? 0) + key.length);
    }
    const named = new Set((places.get(headingKey(clause)) ?? []).slice(0, 50));
    for (const old of new Set([...shared.keys(), ...named])) {
      const other = before[old];
      if (!other) continue;
      const content = Math.min(1, (2 * (shared.get(old) ?? 0)) / (size(clause) + size(other)));
      const heading = named.has(old) && (clause.derived || other.derived) ? sameHeading : 0;
      const parent = heading > 0 && aboveOld[old] === aboveNew[now] ? 0.1 : 0;
      if (content >= leastShared || heading > 0) found.push({ old, now, score: content + heading + parent });
    }
  }
  found.sort((a, b) => b.score - a.score || Math.abs(a.old - a.now) - Math.abs(b.old - b.now));
  for (const { old, now } of found) {
    if (taken.has(old) || newToOld.has(now)) continue;
    taken.add(old);
    newToOld.set(now, old);
  }
}

const headingKey = ({ heading }: ComparedClause): string => `heading ${heading.toLowerCase()}`;

/** For each clause the heading that it lies under. */
function headingsAbove(clauses: Clauses): string[] {
  const open: ComparedClause[] = [];
  return clauses.map((clause) => {
    while (open.length > 0 && (open.at(-1)?.level ?? 0) >= clause.level) open.pop();
    const above = open.at(-1)?.heading ?? "";
    open.push(clause);
    return above;
  });
}

function pairByWords(before: Clauses, after: Clauses, newToOld: Map<number, number>): void {
  const taken = new Set(newToOld.values());
  const rest = (clauses: Clauses, known: (index: number) => boolean) =>
    clauses.flatMap((clause, index) =>
      known(index) ? [] : [{ index, bag: clause.blocks.flatMap((block) => wordsOf(block.text)) }],
    );
  const oldRest = rest(before, (index) => taken.has(index));
  const newRest = rest(after, (index) => newToOld.has(index));
  if (oldRest.length * newRest.length > 10_000) return;
  for (const [a, b] of alignBest(oldRest, newRest, (x, y) => overlap(x.bag, y.bag), 0.6)) {
    const [old, now] = [oldRest[a], newRest[b]];
    if (old && now) newToOld.set(now.index, old.index);
  }
}

function inOrder(before: Clauses, after: Clauses, newToOld: Map<number, number>): ClausePair[] {
  const shared = [...newToOld].sort(([a], [b]) => a - b);
  // Nothing moved, as with most pairs: nothing to weigh.
  const stayedAll = shared.every(([, old], index) => index === 0 || (shared[index - 1]?.[1] ?? -1) < old);
  const weights = (stayedAll ? [] : shared).map(([now, old]) => {
    const [x, y] = [before[old], after[now]];
    return { value: old, weight: x && y ? Math.min(size(x), size(y)) : 1 };
  });
  const stayed = new Set(stayedAll ? newToOld.keys() : heaviestIncreasing(weights).map((index) => shared[index]?.[0]));
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
