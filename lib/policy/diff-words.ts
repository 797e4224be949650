import { alignTokens, type Word, wordOf } from "./align-tokens";
import { commonEdges } from "./common-edges";
import { fold } from "./fold";
import type { Run } from "./runs";
import { tokensOf } from "./tokens";

type Kept = { old: string; now: string; words: readonly Word[] };
/** `lone` when it is one value replaced by another. */
type Replaced = { del: string; ins: string; words: number; lone: boolean };
type Group = Kept | Replaced;

/** Of the longer sentence; with less of it kept, a sentence is replaced as a whole. */
const leastKept = 1 / 3;

const isBlank = (text: string): boolean => text.trim() === "";
const isDash = (text: string): boolean => fold(text).trim() === "-";
const countWords = (words: readonly Word[]): number => words.filter(({ kind }) => kind !== "sign").length;

/**
 * The difference of two sentences in whole words. Numbers, dates, amounts and addresses count as one word; each replaced
 * stretch is one deletion followed by one insertion; what only looks different is quiet; white space is never marked.
 */
export function diffWords(before: string, after: string): Run[] {
  if (before === after) return before === "" ? [] : [{ kind: "same", text: before }];
  const [head, tail] = commonEdges(before, after);
  const [old, now] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const a = wordsIn(old);
  const b = wordsIn(now);
  const groups = joinIslands(groupsOf(old, now, a, b));
  const edges = wordsAbout(before.slice(0, head)) + wordsAbout(before.slice(before.length - tail));
  const kept = edges + groups.reduce((sum, group) => sum + ("old" in group ? countWords(group.words) : 0), 0);
  const most = edges + Math.max(countWords(a), countWords(b));
  const touched = groups.some((group) => "del" in group);
  if (touched && kept < leastKept * most) return replacedWhole(before, after);
  return joinSame([
    { kind: "same", text: before.slice(0, head) },
    ...groups.flatMap(runsOf),
    { kind: "same", text: after.slice(after.length - tail) },
  ]);
}

const wordsIn = (text: string): Word[] =>
  tokensOf(text)
    .filter((token) => !isBlank(token.text))
    .map(wordOf);
const wordsAbout = (text: string): number => (isBlank(text) ? 0 : text.trim().split(" ").length);

/** The white space behind stays outside, where it was. */
function replacedWhole(before: string, after: string): Run[] {
  const [old, now] = [before.trimEnd(), after.trimEnd()];
  const [oldSpace, newSpace] = [before.slice(old.length), after.slice(now.length)];
  const space: Run[] =
    oldSpace === newSpace ? [{ kind: "same", text: newSpace }] : [{ kind: "same", text: newSpace, old: oldSpace }];
  const runs: Run[] = [
    { kind: "del", text: old },
    { kind: "ins", text: now },
  ];
  return [...runs, ...space].filter((run) => run.text !== "" || ("old" in run && run.old !== ""));
}

function groupsOf(old: string, now: string, a: readonly Word[], b: readonly Word[]): Group[] {
  const groups: Group[] = [];
  let [i, j, atOld, atNew] = [0, 0, 0, 0];
  const between = (toOld: number, toNew: number, gone: readonly Word[], come: readonly Word[]) => {
    const lone = [gone, come].every((words) => words.length === 1 && words[0]?.kind === "value");
    const words = countWords(gone) + countWords(come);
    groups.push(...gap(old, now, [atOld, toOld], [atNew, toNew], { words, lone }));
    [atOld, atNew] = [toOld, toNew];
  };
  for (const [x, y] of alignTokens(a, b)) {
    const [left, right] = [a[x], b[y]];
    if (!left || !right) continue;
    between(left.start, right.start, a.slice(i, x), b.slice(j, y));
    groups.push({ old: left.text, now: right.text, words: [left] });
    [i, j, atOld, atNew] = [x + 1, y + 1, atOld + left.text.length, atNew + right.text.length];
  }
  between(old.length, now.length, a.slice(i), b.slice(j));
  return groups;
}

/** What stands between two kept words: space that stays, signs that only look different, or a replaced stretch. */
function gap(
  old: string,
  now: string,
  [oldFrom, oldTo]: Span,
  [newFrom, newTo]: Span,
  counted: Pick<Replaced, "words" | "lone">,
): Group[] {
  const [del, ins] = [old.slice(oldFrom, oldTo), now.slice(newFrom, newTo)];
  if (del === "" && ins === "") return [];
  if (isBlank(del) && isBlank(ins)) return [{ old: del, now: ins, words: [] }];
  // "third-party" and "third party": a hyphen between letters, or none.
  const hyphen = (isDash(del) || isBlank(del)) && (isDash(ins) || isBlank(ins)) && del !== "" && ins !== "";
  const letters = (text: string, from: number, to: number) =>
    /\p{L}$/u.test(text.slice(Math.max(0, from - 2), from)) && /^\p{L}/u.test(text.slice(to, to + 2));
  if (hyphen && letters(old, oldFrom, oldTo) && letters(now, newFrom, newTo))
    return [{ old: del, now: ins, words: [] }];
  // Space at the edges stays outside of the mark; a space that went or came is no change either.
  const [x, y] = edge(del, ins, lead);
  const [restOld, restNew] = [del.slice(x), ins.slice(y)];
  const [p, q] = edge(restOld, restNew, trail);
  const [lostOld, lostNew] = [
    isBlank(restOld.slice(0, restOld.length - p)),
    isBlank(restNew.slice(0, restNew.length - q)),
  ];
  const [a, b] = [lostOld ? restOld.length : p, lostNew ? restNew.length : q];
  const groups: Group[] = [
    { old: del.slice(0, x), now: ins.slice(0, y), words: [] },
    { del: restOld.slice(0, restOld.length - a), ins: restNew.slice(0, restNew.length - b), ...counted },
    { old: restOld.slice(restOld.length - a), now: restNew.slice(restNew.length - b), words: [] },
  ];
  return groups.filter((group) => ("old" in group ? group.old + group.now : group.del + group.ins) !== "");
}

type Span = [number, number];

const lead = (text: string): number => text.length - text.trimStart().length;
const trail = (text: string): number => text.length - text.trimEnd().length;
/** How much of each is space at one edge; nothing when only one of them has some there. */
function edge(a: string, b: string, length: (text: string) => number): Span {
  const [x, y] = [length(a), length(b)];
  return x === 0 || y === 0 ? [0, 0] : [x, y];
}

/** Changes with nothing but space, signs or small words between them read better as one. */
function joinIslands(groups: readonly Group[]): Group[] {
  const joined: Group[] = [];
  let island: Kept[] = [];
  for (const group of groups) {
    if ("old" in group) {
      island.push(group);
      continue;
    }
    const last = joined.at(-1);
    if (last && "del" in last && isIsland(island, last, group)) {
      last.del += island.map(({ old }) => old).join("") + group.del;
      last.ins += island.map(({ now }) => now).join("") + group.ins;
      last.words += group.words;
      last.lone = false;
    } else joined.push(...island, { ...group });
    island = [];
  }
  return [...joined, ...island];
}

function isIsland(island: readonly Kept[], before: Replaced, behind: Replaced): boolean {
  const words = island.flatMap((one) => one.words);
  if (words.some(({ kind }) => kind === "value")) return false;
  const content = words.filter(({ kind }) => kind === "word");
  const small = words.filter(({ kind }) => kind === "stop").length;
  // Two values that changed are two changes, however little stands between them.
  if (content.length === 0) return words.length === 0 || (small <= 3 && !(before.lone && behind.lone));
  return content.length === 1 && words.length <= 2 && Math.min(before.words, behind.words) >= 4;
}

function runsOf(group: Group): Run[] {
  if ("del" in group)
    return [
      ...(group.del ? [{ kind: "del" as const, text: group.del }] : []),
      ...(group.ins ? [{ kind: "ins" as const, text: group.ins }] : []),
    ];
  const { old, now } = group;
  if (old === now) return [{ kind: "same", text: now }];
  const bare = (text: string) => text.replace(/[ \t\u3000]+/g, "");
  return [bare(old) === bare(now) ? { kind: "same", text: now, old } : { kind: "quiet", text: now, old }];
}

/** Neighbours that are the same in both become one run. */
function joinSame(runs: readonly Run[]): Run[] {
  const joined: Run[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    const even = (one: Run | undefined) => one?.kind === "same" && one.old === undefined;
    if (last && even(last) && even(run)) joined[joined.length - 1] = { kind: "same", text: last.text + run.text };
    else if (run.text !== "" || ("old" in run && run.old)) joined.push(run);
  }
  return joined;
}
