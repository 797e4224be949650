import { type ClausePair, type ComparedClause, pairClauses } from "./diff-clauses";
import { type Matched, matchSentences, type Step } from "./match-sentences";
import type { Run } from "./runs";
import { type Piece, type Sentence, sentencesOf } from "./sentences";

/** Where the other end of a moved sentence stands. */
export type Place = { id: string; heading: string };

/**
 * What became of a sentence. `changed`: other words. `formatted`: the same words with another link or formatting.
 * `typographic`: the same words set in other signs. `moved-here` carries `runs` when it changed on its way, which
 * `moved-away` says with `changed`; its words then stand in both rows.
 */
export type Row =
  | { kind: "same"; old: Piece; new: Piece }
  | { kind: "changed" | "formatted" | "typographic"; old: Piece; new: Piece; runs: Run[] }
  | { kind: "deleted"; old: Piece }
  | { kind: "inserted"; new: Piece }
  | { kind: "moved-away"; old: Piece; to: Place; changed: boolean }
  | { kind: "moved-here"; new: Piece; from: Place; runs: Run[] | null };

export type ClauseChange = {
  /** The newer clause's id; of a clause whose id came from its heading the id it had, so that a new heading keeps it. */
  id: string;
  heading: string;
  level: number;
  /** `same` also when nothing but typography changed. */
  state: "same" | "changed" | "added" | "removed";
  /** Set when the clause stands elsewhere: the heading it stood behind, and the one it stands behind now. */
  moved: { wasBehind: string | null; isBehind: string | null } | null;
  oldIndex: number | null;
  newIndex: number | null;
  rows: Row[];
};

/** How many sentences became what. `movedChanged` are those of `moved` that changed on their way. */
export type Counts = {
  inserted: number;
  deleted: number;
  changed: number;
  moved: number;
  movedChanged: number;
  movedClauses: number;
  formatted: number;
  typographic: number;
};
export type PolicyDiff = { clauses: ClauseChange[]; counts: Counts };

type Compared = { clauses: readonly ComparedClause[] };

/** Whether a row says something else than before: typography does not. */
export const isTouched = (row: Row): boolean => row.kind !== "same" && row.kind !== "typographic";

/**
 * The difference of two policies, clause by clause, sentence by sentence, word by word.
 *
 * What holds (and is tested as properties): both texts are rebuilt exactly from the rows; the same text
 * gives only `same` rows; a sentence that both texts have is `same` or moved and never marked as changed;
 * every number, date and link target that changed is marked; no mark cuts a number.
 */
export function diffPolicies(before: Compared, after: Compared): PolicyDiff {
  const pairs = pairClauses(before.clauses, after.clauses);
  const ids = clauseIds(pairs, before.clauses, after.clauses);
  const places = new Map<ComparedClause, Place>();
  for (const [index, pair] of pairs.entries()) {
    const id = ids[index] ?? "";
    const [old, now] = [before.clauses[pair.old ?? -1], after.clauses[pair.new ?? -1]];
    if (old) places.set(old, { id, heading: old.heading });
    if (now) places.set(now, { id, heading: now.heading });
  }
  const matched = matchSentences(
    pairs.map((pair) => [listOf(before.clauses, pair.old), listOf(after.clauses, pair.new)]),
  );
  const clauses = pairs.map((pair, index): ClauseChange => {
    const rows = (matched.steps[index] ?? []).map((step) => rowOf(step, matched, places));
    const clause = after.clauses[pair.new ?? -1] ?? before.clauses[pair.old ?? -1];
    return {
      id: ids[index] ?? "",
      heading: clause?.heading ?? "",
      level: clause?.level ?? 2,
      state: pair.old === null ? "added" : pair.new === null ? "removed" : rows.some(isTouched) ? "changed" : "same",
      moved: pair.moved ? surroundings(pair, before.clauses, after.clauses) : null,
      oldIndex: pair.old,
      newIndex: pair.new,
      rows,
    };
  });
  return { clauses, counts: countChanges(clauses) };
}

const listOf = (clauses: readonly ComparedClause[], index: number | null): Sentence[] => {
  const clause = index === null ? undefined : clauses[index];
  return clause ? sentencesOf(clause) : [];
};

function surroundings(pair: ClausePair, before: readonly ComparedClause[], after: readonly ComparedClause[]) {
  const behind = (clauses: readonly ComparedClause[], index: number | null): string | null => {
    const level = clauses[index ?? 0]?.level ?? 2;
    return clauses.slice(0, index ?? 0).findLast((clause) => clause.level <= level)?.heading ?? null;
  };
  return { wasBehind: behind(before, pair.old), isBehind: behind(after, pair.new) };
}

/** One id for each pair, none twice: what both texts have keeps its own before what came or went. */
function clauseIds(
  pairs: readonly ClausePair[],
  before: readonly ComparedClause[],
  after: readonly ComparedClause[],
): string[] {
  const ids: string[] = [];
  const used = new Set<string>();
  const give = (index: number, wanted: string) => {
    let id = wanted;
    for (let times = 2; used.has(id); times++) id = `${wanted}-${times}`;
    used.add(id);
    ids[index] = id;
  };
  const wantedOf = ({ old, new: now }: ClausePair): string => {
    const [a, b] = [before[old ?? -1], after[now ?? -1]];
    return (a && b?.derived ? a.id : (b ?? a)?.id) ?? "";
  };
  for (const both of [true, false])
    for (const [index, pair] of pairs.entries())
      if ((pair.old !== null && pair.new !== null) === both) give(index, wantedOf(pair));
  return ids;
}

function rowOf(step: Step, { moves }: Matched, places: ReadonlyMap<ComparedClause, Place>): Row {
  const { old, now, kind, runs } = step;
  if (old && now) {
    if (kind === "same") return { kind, old: old.piece, new: now.piece };
    return { kind: kind ?? "changed", old: old.piece, new: now.piece, runs: runs ?? [] };
  }
  if (old) {
    const move = moves.get(old);
    if (!move) return { kind: "deleted", old: old.piece };
    return { kind: "moved-away", old: old.piece, to: placeOf(move.now, places), changed: move.runs !== null };
  }
  if (!now) throw new Error("a step of neither text");
  const move = moves.get(now);
  if (!move) return { kind: "inserted", new: now.piece };
  return { kind: "moved-here", new: now.piece, from: placeOf(move.old, places), runs: move.runs };
}

const placeOf = ({ clause }: Sentence, places: ReadonlyMap<ComparedClause, Place>): Place =>
  places.get(clause) ?? { id: "", heading: "" };

function countChanges(clauses: readonly ClauseChange[]): Counts {
  const counts = {
    inserted: 0,
    deleted: 0,
    changed: 0,
    moved: 0,
    movedChanged: 0,
    movedClauses: 0,
    formatted: 0,
    typographic: 0,
  };
  for (const { rows, moved } of clauses) {
    if (moved) counts.movedClauses++;
    for (const row of rows) {
      if (row.kind === "same" || row.kind === "moved-away") continue;
      if (row.kind !== "moved-here") counts[row.kind]++;
      else {
        counts.moved++;
        if (row.runs) counts.movedChanged++;
      }
    }
  }
  return counts;
}
