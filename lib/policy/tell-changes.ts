import type { ClauseChange, PolicyDiff } from "./diff";
import type { Block } from "./document";
import { layOutChanges } from "./lay-out-changes";
import { type Said, sayRows } from "./say-changes";

/** One clause that changed, as it is told in a mail, in plain text and in JSON. */
export type ToldClause = {
  id: string;
  heading: string;
  /** What happened to it as a whole; null when only sentences of it changed. */
  what: string | null;
  blocks: (ToldBlock | { unchanged: number })[];
};
/** A paragraph, item or row in which something changed. */
export type ToldBlock = { kind: Block["kind"]; depth: number; said: Said[] };

/** What happened to a clause as a whole, in a sentence or two; null when it stands where it stood. */
export function sayClause(clause: ClauseChange): string | null {
  if (clause.state === "added") return "This clause is new.";
  if (clause.state === "removed") return "This clause is gone.";
  if (!clause.moved) return null;
  const place = (heading: string | null) => (heading === null ? "at the top" : `behind "${heading}"`);
  const same = clause.state === "same" ? " Its words did not change." : "";
  return `This clause moved. It stood ${place(clause.moved.wasBehind)} and now stands ${place(clause.moved.isBehind)}.${same}`;
}

/** Every clause with a change, in order; what stayed the same in it is counted. The same layout and words as the page. */
export function tellChanges(diff: PolicyDiff): ToldClause[] {
  return layOutChanges(diff).parts.flatMap((part): ToldClause[] => {
    if ("unchanged" in part) return [];
    const { clause, body } = part;
    const blocks = body.map((one) =>
      "unchanged" in one
        ? { unchanged: one.sentences }
        : { kind: one.kind, depth: one.depth, said: sayRows(one.rows, clause.id) },
    );
    return [{ id: clause.id, heading: clause.heading, what: sayClause(clause), blocks }];
  });
}

/**
 * As many whole clauses as fit, for a mail.
 * @param most characters of words
 * @returns what is told and how many clauses are left untold
 */
export function firstChanges(told: readonly ToldClause[], most: number): { told: ToldClause[]; left: number } {
  const kept: ToldClause[] = [];
  let length = 0;
  for (const clause of told) {
    length += lengthOf(clause);
    if (length > most) break;
    kept.push(clause);
  }
  return { told: kept, left: told.length - kept.length };
}

const lengthOf = ({ heading, blocks }: ToldClause): number =>
  blocks.reduce(
    (sum, block) => sum + ("said" in block ? block.said.reduce((total, { text }) => total + text.length, 0) : 30),
    heading.length,
  );
