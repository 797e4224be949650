import type { Nodes } from "mdast";
import { visit } from "unist-util-visit";
import { diffPolicies, type Row } from "./diff";
import type { Clause, PolicyDocument, PolicyProblem } from "./document";

/** What a reader sees as the same: signs of quotes, dashes and spaces, and characters that do not show. */
const fold = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[“”„‟«»]/g, '"')
    .replace(/[‘’‚‛‹›]/g, "'")
    .replace(/[‐‑‒–—―−]/g, "-")
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
    .replace(/\s+/g, " ")
    .trim();

const linksOf = (clause: Clause): string[] => {
  const links: string[] = [];
  for (const node of clause.nodes)
    visit(node as Nodes, (one) => {
      if (one.type === "link" || one.type === "definition") links.push(one.url);
    });
  return links;
};
/** Everything a clause says, in order, whatever block it stands in. */
const saidBy = (clause: Clause): string =>
  JSON.stringify([clause.id, clause.level, fold(clause.blocks.map(({ text }) => text).join(" ")), linksOf(clause)]);

const textOf = (row: Row, side: "old" | "new"): string =>
  side in row ? (row as Record<"old" | "new", { text: string }>)[side].text.trim() : "";

/**
 * What makes a text more than a technical upgrade of the one before: any change of words, numbers, link targets,
 * clauses or promise marks, each named. Empty when only typography, formatting and layout differ.
 */
export function technicalProblems(before: PolicyDocument, after: PolicyDocument): PolicyProblem[] {
  const problem = (line: number, what: string) => ({
    line,
    message: `A technical upgrade keeps every word, number, link and promise: ${what}`,
  });
  const found: PolicyProblem[] = [];
  for (const { rows, newIndex, heading } of diffPolicies(before, after).clauses) {
    const line = after.clauses[newIndex ?? -1]?.line ?? 1;
    for (const row of rows) {
      const [old, now] = [textOf(row, "old"), textOf(row, "new")];
      if (row.kind === "same" || (old !== "" && now !== "" && fold(old) === fold(now))) continue;
      const was = old === "" ? "" : `"${old}" was there`;
      const is = now === "" ? "" : `"${now}" is there`;
      found.push(problem(line, `in "${heading}" ${[was, is].filter(Boolean).join(", ")}.`));
    }
  }
  const clauses = Math.max(before.clauses.length, after.clauses.length);
  for (let index = 0; index < clauses && found.length === 0; index++) {
    const [old, now] = [before.clauses[index], after.clauses[index]];
    if (!old || !now || saidBy(old) !== saidBy(now))
      found.push(problem(now?.line ?? 1, `"${(now ?? old)?.heading}" differs in its links or its place.`));
  }
  const marks = (policy: PolicyDocument) =>
    new Map(
      policy.promises.map((mark) => [mark.id, JSON.stringify([mark.clauseId, fold(mark.sentence), mark.values])]),
    );
  const [old, now] = [marks(before), marks(after)];
  for (const id of new Set([...old.keys(), ...now.keys()]))
    if (old.get(id) !== now.get(id))
      found.push(problem(after.promises.find((mark) => mark.id === id)?.line ?? 1, `the mark of "${id}" differs.`));
  return found;
}
