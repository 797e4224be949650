import type { ClauseChange, PolicyDiff, Row } from "./diff";
import type { PolicyDocument, PromiseMark } from "./document";
import { plainWords } from "./plain-words";
import type { Proposed } from "./propose-highlights";
import { severityOf } from "./propose-of-promise";

/**
 * What changed outside of promises, one proposal a clause: the promises have their own. A clause that came or went
 * says so; a plain-language line that changed beside a promise is part of that promise's proposal.
 */
export function proposeOfClauses(before: PolicyDocument, after: PolicyDocument, { clauses }: PolicyDiff): Proposed[] {
  return clauses.flatMap((clause) => proposeOfClause(clause, before, after) ?? []);
}

function proposeOfClause(change: ClauseChange, before: PolicyDocument, after: PolicyDocument): Proposed | null {
  const [was, is] = [before.clauses[change.oldIndex ?? -1], after.clauses[change.newIndex ?? -1]];
  const [oldMarks, newMarks] = [marksOf(before, was?.id), marksOf(after, is?.id)];
  const promised = oldMarks.length + newMarks.length > 0;
  const gone = change.rows.flatMap((row) => own(row, "old", oldMarks, promised));
  const come = change.rows.flatMap((row) => own(row, "new", newMarks, promised));
  // A sentence that only moved, or was set in other signs, stands on both sides.
  const oldText = without(gone, come).join(" ");
  const newText = without(come, gone).join(" ");
  if (oldText === "" && newText === "") return null;
  const contact = [...oldMarks, ...newMarks].some(({ id }) => id.startsWith("contact."));
  const kind = contact ? ("contact" as const) : ("wording" as const);
  const whole = change.state === "added" || change.state === "removed";
  return {
    kind,
    clauseId: (is ?? was)?.id ?? change.id,
    sentence:
      change.state === "added"
        ? `A clause is new: "${change.heading}".`
        : change.state === "removed"
          ? `A clause is gone: "${change.heading}".`
          : `"${change.heading}" is put in other words.`,
    oldText: cut(oldText),
    newText: cut(newText),
    severity: whole ? "medium" : severityOf[kind],
    categories: [],
    line: is?.line ?? 1,
  };
}

const marksOf = (policy: PolicyDocument, clauseId: string | undefined): PromiseMark[] =>
  policy.promises.filter((mark) => mark.clauseId === clauseId);

type Said = { text: string; words: string };

/** What a row says on one side beyond the promises of its clause. */
function own(row: Row, side: "old" | "new", marks: PromiseMark[], promised: boolean): Said[] {
  if (row.kind === "same" || !(side in row)) return [];
  const piece = (row as Record<"old" | "new", { kind: string; text: string }>)[side];
  if (promised && (piece.kind === "plain" || piece.kind === "heading")) return [];
  const text = piece.text.trim();
  let words = plainWords(text).join(" ");
  for (const { sentence } of marks) {
    const promise = plainWords(sentence).join(" ");
    // A promise may be a part of a sentence, or several of them.
    if (` ${promise} `.includes(` ${words} `)) return [];
    words = ` ${words} `.replace(` ${promise} `, " ").trim();
  }
  return words === "" ? [] : [{ text, words }];
}

function without(said: Said[], others: Said[]): string[] {
  const known = new Set(others.map(({ words }) => words));
  return said.filter(({ words }) => !known.has(words)).map(({ text }) => text);
}

const cut = (text: string): string | null =>
  text === "" ? null : text.length <= 600 ? text : `${text.slice(0, 599)}…`;
