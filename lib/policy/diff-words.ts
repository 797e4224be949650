import { diffArrays } from "diff";
import { splitTokens } from "./split";

export type Run = { kind: "same" | "del" | "ins"; text: string };

type Group = { same: string } | { del: string; ins: string };
const wordCount = (text: string): number => splitTokens(text).filter((token) => /[\p{L}\p{N}]/u.test(token)).length;

/**
 * The difference of two sentences in whole words; numbers, dates, percentages and addresses count as one
 * word. Each replaced stretch is one deletion followed by one insertion. The runs without insertions are
 * `before`, without deletions `after`.
 */
export function diffWords(before: string, after: string): Run[] {
  const groups: Group[] = [];
  for (const part of diffArrays(splitTokens(before), splitTokens(after))) {
    const text = part.value.join("");
    const last = groups.at(-1);
    if (!part.added && !part.removed) groups.push({ same: text });
    else if (last && "del" in last) last[part.added ? "ins" : "del"] += text;
    else groups.push(part.added ? { del: "", ins: text } : { del: text, ins: "" });
  }
  return joinNeighbours(groups).flatMap((group): Run[] =>
    "same" in group
      ? [{ kind: "same", text: group.same }]
      : [
          ...(group.del ? [{ kind: "del" as const, text: group.del }] : []),
          ...(group.ins ? [{ kind: "ins" as const, text: group.ins }] : []),
        ],
  );
}

/** Changes with nothing but a space, a mark or one small word between them read better as one. */
function joinNeighbours(groups: Group[]): Group[] {
  const joined: Group[] = [];
  for (const [index, group] of groups.entries()) {
    const last = joined.at(-1);
    const next = groups[index + 1];
    const between = "same" in group && last && "del" in last && next && "del" in next;
    if (between && isSmall(group.same, last, next)) {
      last.del += group.same;
      last.ins += group.same;
    } else if ("del" in group && last && "del" in last) {
      last.del += group.del;
      last.ins += group.ins;
    } else joined.push({ ...group });
  }
  return joined;
}

function isSmall(same: string, before: { del: string; ins: string }, after: { del: string; ins: string }): boolean {
  const words = wordCount(same);
  if (words === 0) return true;
  const around = Math.min(wordCount(before.del + before.ins), wordCount(after.del + after.ins));
  return words === 1 && around >= 3 && same.trim().length <= 4;
}
