import { sha256Hex } from "../crypto/hash";
import { severities } from "../db/schema";
import type { HighlightContent } from "./approval";
import { diffPolicies, type PolicyDiff } from "./diff";
import type { PolicyDocument } from "./document";
import type { PromiseId } from "./promises";
import { proposeOfClauses } from "./propose-of-clauses";
import { proposeOfPromise } from "./propose-of-promise";

/** A highlight that the rules find in two texts; a person confirms, changes or dismisses it. */
export type Proposal = HighlightContent & {
  /** Names the proposal by what it says was and is: another change is another proposal. */
  key: string;
  /** Where it stands in the newer text; 1 for what is gone. */
  line: number;
};
export type Proposed = HighlightContent & { line: number };

/**
 * What is significant between two texts, most important first. Each promise whose values changed, or that came or
 * went, gives exactly one proposal, of the type that its family and the direction of the change make it; a promise
 * in other words gives one too. What changed outside of promises gives one a clause. The same text gives none, and
 * neither do typography, formatting and clauses that only moved.
 */
export function proposeHighlights(
  before: PolicyDocument,
  after: PolicyDocument,
  diff: PolicyDiff = diffPolicies(before, after),
): Proposal[] {
  const olds = new Map(before.promises.map((mark) => [mark.id, mark]));
  const news = new Map(after.promises.map((mark) => [mark.id, mark]));
  const ids = new Set<PromiseId>([...news.keys(), ...olds.keys()]);
  const ofPromises = [...ids].flatMap((id) => {
    const proposed = proposeOfPromise(id, olds.get(id) ?? null, news.get(id) ?? null);
    return proposed ? { ...proposed, key: keyOf(proposed, id) } : [];
  });
  const ofClauses = proposeOfClauses(before, after, diff).map((proposed) => ({ ...proposed, key: keyOf(proposed) }));
  return [...ofPromises, ...ofClauses].sort(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.line - b.line,
  );
}

/** Two promises of one clause may change from and to the same. */
const keyOf = ({ kind, clauseId, oldText, newText }: Proposed, promise?: PromiseId): string =>
  sha256Hex(JSON.stringify([kind, clauseId, oldText, newText, promise])).slice(0, 32);
