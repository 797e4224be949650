import { diffArrays } from "diff";
import { alignBest, overlap } from "./align";
import { type ClausePair, type ComparedClause, pairClauses } from "./diff-clauses";
import { diffWords, type Run } from "./diff-words";
import type { Block } from "./document";
import { splitSentences, wordsOf } from "./split";

/** A sentence in its place: `block` is the index of its block in the clause. `text` keeps the space behind it. */
export type Piece = { block: number; kind: Block["kind"]; depth: number; text: string };
/** Where the other end of a moved sentence stands. */
export type Place = { id: string; heading: string };

export type Row =
  | { kind: "same"; old: Piece; new: Piece }
  | { kind: "changed"; old: Piece; new: Piece; runs: Run[] }
  | { kind: "deleted"; old: Piece }
  | { kind: "inserted"; new: Piece }
  | { kind: "moved-away"; old: Piece; to: Place }
  | { kind: "moved-here"; new: Piece; from: Place };

export type ClauseChange = {
  id: string;
  heading: string;
  level: number;
  state: "same" | "changed" | "added" | "removed";
  /** Set when the clause stands elsewhere: the heading it stood behind, and the one it stands behind now. */
  moved: { wasBehind: string | null; isBehind: string | null } | null;
  oldIndex: number | null;
  newIndex: number | null;
  rows: Row[];
};

export type Counts = { inserted: number; deleted: number; changed: number; moved: number; movedClauses: number };
export type PolicyDiff = { clauses: ClauseChange[]; counts: Counts };

type Compared = { clauses: readonly ComparedClause[] };
type Sentence = Piece & { key: string; clause: Place };
type Gap = { dels: Sentence[]; inss: Sentence[] };
type Step = { same: [Sentence, Sentence] } | Gap;

/** Sentences with fewer words in common are two sentences, not one that changed. */
const leastOverlap = 0.5;

/**
 * The difference of two policies, clause by clause, sentence by sentence, word by word.
 *
 * What holds (and is tested as properties): both texts are rebuilt exactly from the rows; the same text
 * gives only `same` rows; a sentence that both texts have is `same` or moved and never marked as changed;
 * no mark cuts a number.
 */
export function diffPolicies(before: Compared, after: Compared): PolicyDiff {
  const pairs = pairClauses(before.clauses, after.clauses);
  const steps = pairs.map((pair) => compareClause(pair, before.clauses, after.clauses));
  const moves = matchMoves(steps.flat().filter((step): step is Gap => "dels" in step));
  const clauses = pairs.map((pair, index): ClauseChange => {
    const rows = (steps[index] ?? []).flatMap((step) => rowsOf(step, moves));
    const clause = after.clauses[pair.new ?? -1] ?? before.clauses[pair.old ?? -1];
    const touched = rows.some((row) => row.kind !== "same");
    return {
      id: clause?.id ?? "",
      heading: clause?.heading ?? "",
      level: clause?.level ?? 2,
      state: pair.old === null ? "added" : pair.new === null ? "removed" : touched ? "changed" : "same",
      moved: pair.moved ? places(pair, before.clauses, after.clauses) : null,
      oldIndex: pair.old,
      newIndex: pair.new,
      rows,
    };
  });
  return { clauses, counts: countChanges(clauses) };
}

function places(pair: ClausePair, before: readonly ComparedClause[], after: readonly ComparedClause[]) {
  const behind = (clauses: readonly ComparedClause[], index: number | null): string | null => {
    const level = clauses[index ?? 0]?.level ?? 2;
    return clauses.slice(0, index ?? 0).findLast((clause) => clause.level <= level)?.heading ?? null;
  };
  return { wasBehind: behind(before, pair.old), isBehind: behind(after, pair.new) };
}

function sentencesOf(clause: ComparedClause | undefined): Sentence[] {
  if (!clause) return [];
  const place = { id: clause.id, heading: clause.heading };
  return clause.blocks.flatMap(({ kind, depth, text }, block) =>
    splitSentences(text).map((piece) => {
      // A heading or a plain-language line is never the same thing as a sentence of the text.
      const apart = kind === "heading" || kind === "plain" ? kind : "text";
      return { block, kind, depth, text: piece, key: `${apart} ${piece.trim()}`, clause: place };
    }),
  );
}

function compareClause(pair: ClausePair, before: readonly ComparedClause[], after: readonly ComparedClause[]): Step[] {
  const old = sentencesOf(pair.old === null ? undefined : before[pair.old]);
  const now = sentencesOf(pair.new === null ? undefined : after[pair.new]);
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  const keys = (sentences: Sentence[]) => sentences.map(({ key }) => key);
  for (const part of diffArrays(keys(old), keys(now))) {
    if (!part.added && !part.removed) {
      for (let n = 0; n < part.value.length; n++) {
        const [a, b] = [old[i++], now[j++]];
        if (a && b) steps.push({ same: [a, b] });
      }
      continue;
    }
    const last = steps.at(-1);
    const gap: Gap = last && "dels" in last ? last : { dels: [], inss: [] };
    if (gap !== last) steps.push(gap);
    const { length } = part.value;
    if (part.removed) {
      gap.dels.push(...old.slice(i, i + length));
      i += length;
    } else {
      gap.inss.push(...now.slice(j, j + length));
      j += length;
    }
  }
  return steps;
}

/** Sentences that went from one gap and came up in another, word for word. */
function matchMoves(gaps: Gap[]): Map<Sentence, Sentence> {
  const waiting = new Map<string, Sentence[]>();
  for (const sentence of gaps.flatMap((gap) => gap.dels))
    waiting.set(sentence.key, [...(waiting.get(sentence.key) ?? []), sentence]);
  const moves = new Map<Sentence, Sentence>();
  for (const now of gaps.flatMap((gap) => gap.inss)) {
    const old = waiting.get(now.key)?.shift();
    if (!old) continue;
    moves.set(old, now);
    moves.set(now, old);
  }
  return moves;
}

const piece = ({ block, kind, depth, text }: Sentence): Piece => ({ block, kind, depth, text });

function rowsOf(step: Step, moves: Map<Sentence, Sentence>): Row[] {
  if ("same" in step) return [{ kind: "same", old: piece(step.same[0]), new: piece(step.same[1]) }];
  const { dels, inss } = step;
  const words = new Map([...dels, ...inss].map((sentence) => [sentence, wordsOf(sentence.text)]));
  const alike = (a: Sentence, b: Sentence): number => {
    if (moves.has(a) || moves.has(b) || a.key.split(" ", 1)[0] !== b.key.split(" ", 1)[0]) return 0;
    return overlap(words.get(a) ?? [], words.get(b) ?? []);
  };
  const rows: Row[] = [];
  let [i, j] = [0, 0];
  const pass = (toOld: number, toNew: number) => {
    for (const old of dels.slice(i, toOld)) {
      const now = moves.get(old);
      rows.push(now ? { kind: "moved-away", old: piece(old), to: now.clause } : { kind: "deleted", old: piece(old) });
    }
    for (const now of inss.slice(j, toNew)) {
      const old = moves.get(now);
      rows.push(
        old ? { kind: "moved-here", new: piece(now), from: old.clause } : { kind: "inserted", new: piece(now) },
      );
    }
    [i, j] = [toOld, toNew];
  };
  for (const [a, b] of alignBest(dels, inss, alike, leastOverlap)) {
    pass(a, b);
    const [old, now] = [dels[i++], inss[j++]];
    if (old && now)
      rows.push({ kind: "changed", old: piece(old), new: piece(now), runs: diffWords(old.text, now.text) });
  }
  pass(dels.length, inss.length);
  return rows;
}

function countChanges(clauses: ClauseChange[]): Counts {
  const rows = clauses.flatMap((clause) => clause.rows);
  const count = (kind: Row["kind"]) => rows.filter((row) => row.kind === kind).length;
  return {
    inserted: count("inserted"),
    deleted: count("deleted"),
    changed: count("changed"),
    moved: count("moved-here"),
    movedClauses: clauses.filter((clause) => clause.moved).length,
  };
}
