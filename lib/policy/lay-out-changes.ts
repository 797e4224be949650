import { type ClauseChange, isTouched, type PolicyDiff, type Row } from "./diff";
import type { Block } from "./document";

/** A paragraph, item or heading as the changes page shows it: the rows that stand in one block. */
export type ShownBlock = { kind: Block["kind"]; depth: number; rows: Row[]; stop: number | null };
/** Blocks that say the same fold together; `typographic` of their sentences are set in other signs. */
export type Fold = { unchanged: ShownBlock[]; sentences: number; typographic: number };
export type ShownClause = {
  clause: ClauseChange;
  /** The stop of a moved, added or removed clause as a whole. */
  stop: number | null;
  body: (ShownBlock | Fold)[];
};
export type ShownPart = ShownClause | { unchanged: ClauseChange[] };
export type ChangesLayout = { parts: ShownPart[]; stops: number };

const pieceOf = (row: Row) => ("new" in row ? row.new : row.old);

/** Rows joined into blocks: by the new text where there is one, else by the old. */
export function blocksOfRows(rows: readonly Row[]): Omit<ShownBlock, "stop">[] {
  const blocks: (Omit<ShownBlock, "stop"> & { old: number | null; new: number | null })[] = [];
  for (const row of rows) {
    const [old, now] = ["old" in row ? row.old.block : null, "new" in row ? row.new.block : null];
    const last = blocks.at(-1);
    const fits =
      last &&
      last.kind === pieceOf(row).kind &&
      (now === null || last.new === null || last.new === now) &&
      (old === null || last.old === null || last.old === old) &&
      ((now !== null && last.new === now) || (old !== null && last.old === old));
    if (last && fits) {
      last.rows.push(row);
      last.old ??= old;
      last.new ??= now;
    } else blocks.push({ kind: pieceOf(row).kind, depth: pieceOf(row).depth, rows: [row], old, new: now });
  }
  return blocks.map(({ kind, depth, rows: own }) => ({ kind, depth, rows: own }));
}

const isUntouched = (clause: ClauseChange) => clause.state === "same" && !clause.moved;

/** What the changes page shows, in order, with every change numbered so that one can go from each to the next. */
export function layOutChanges({ clauses }: PolicyDiff): ChangesLayout {
  let stops = 0;
  const parts: ShownPart[] = [];
  for (const clause of clauses) {
    if (isUntouched(clause)) {
      const last = parts.at(-1);
      if (last && "unchanged" in last) last.unchanged.push(clause);
      else parts.push({ unchanged: [clause] });
      continue;
    }
    const whole = clause.moved !== null || clause.state === "added" || clause.state === "removed";
    const stop = whole ? ++stops : null;
    const body: (ShownBlock | Fold)[] = [];
    for (const block of blocksOfRows(clause.rows).filter(({ kind, rows }) => kind !== "heading" || touched(rows))) {
      if (touched(block.rows)) {
        // A clause that came or went as a whole is one stop.
        const own = clause.state === "added" || clause.state === "removed" ? null : ++stops;
        body.push({ ...block, stop: own });
        continue;
      }
      const last = body.at(-1);
      const shown = { ...block, stop: null };
      if (last && "unchanged" in last) {
        last.unchanged.push(shown);
        last.sentences += block.rows.length;
        last.typographic += typographicOf(block.rows);
      } else body.push({ unchanged: [shown], sentences: block.rows.length, typographic: typographicOf(block.rows) });
    }
    parts.push({ clause, stop, body });
  }
  return { parts, stops };
}

const touched = (rows: readonly Row[]): boolean => rows.some(isTouched);

/** How many of the rows are set in other signs and say the same. */
export const typographicOf = (rows: readonly Row[]): number => rows.filter(({ kind }) => kind === "typographic").length;
