import type { Place, Row } from "./diff";
import type { FormatChange, Run } from "./runs";
import { newText, oldText } from "./runs";
import type { Piece } from "./sentences";

/**
 * A stretch of a comparison as it is put before a reader, the same for every form it takes: page, mail, plain text, JSON.
 * White space at the edges of a mark stands outside of it. `targets`: where links in inserted or deleted words lead.
 * `what`: the change in words; empty where the next stretch of the same link or formatting says it. `away`: words that are read elsewhere now.
 */
export type Said =
  | { kind: "text" | "away"; text: string }
  | { kind: "note"; text: string }
  | { kind: "ins" | "del"; text: string; targets: string[] }
  | { kind: "format"; text: string; what: string }
  | { kind: "quiet"; text: string; old: string; what: string };

/** The sentences of one block; neighbours that moved together are announced together. */
export function sayRows(rows: readonly Row[], clauseId: string): Said[] {
  const said: Said[] = [];
  for (const [index, row] of rows.entries()) {
    const place = placeOf(row);
    if (place && !isSameMove(rows[index - 1], row)) {
      let count = 1;
      while (isSameMove(row, rows[index + count])) count++;
      said.push({ kind: "note", text: moveInWords(row, place, count, clauseId) });
    }
    said.push(...sayRow(row));
  }
  return said;
}

const placeOf = (row: Row | undefined): Place | null =>
  row?.kind === "moved-here" ? row.from : row?.kind === "moved-away" ? row.to : null;

const changedOnItsWay = (row: Row): boolean =>
  (row.kind === "moved-here" && row.runs !== null) || (row.kind === "moved-away" && row.changed);

function isSameMove(a: Row | undefined, b: Row | undefined): boolean {
  if (!a || !b || a.kind !== b.kind || changedOnItsWay(a) !== changedOnItsWay(b)) return false;
  const place = placeOf(a);
  return place !== null && place.id === placeOf(b)?.id;
}

function moveInWords(row: Row, place: Place, count: number, clauseId: string): string {
  const here = place.id === clauseId;
  const where = here
    ? "within this clause"
    : row.kind === "moved-here"
      ? `from "${place.heading}"`
      : `to "${place.heading}"`;
  const verb = row.kind === "moved-here" && !here ? "moved here" : "moved";
  const changed = !changedOnItsWay(row) ? "" : row.kind === "moved-here" ? " and changed" : " and changed there";
  return `${count > 1 ? `${count} sentences ` : ""}${verb} ${where}${changed}: `;
}

function sayRow(row: Row): Said[] {
  switch (row.kind) {
    case "same":
      return [{ kind: "text", text: row.new.text }];
    case "inserted":
      return mark("ins", row.new.text, targetsIn(row.new, 0, row.new.text.length));
    case "deleted":
      return mark("del", row.old.text, targetsIn(row.old, 0, row.old.text.length));
    case "moved-away":
      return [{ kind: "away", text: row.old.text }];
    case "moved-here":
      return row.runs ? sayRuns(row.runs, null, row.new) : [{ kind: "text", text: row.new.text }];
    default:
      return sayRuns(row.runs, row.old, row.new);
  }
}

function sayRuns(runs: readonly Run[], old: Piece | null, now: Piece): Said[] {
  let [atOld, atNew] = [0, 0];
  const said = runs.flatMap((run): Said[] => {
    const [left, right] = [atOld, atNew];
    atOld += oldText(run).length;
    atNew += newText(run).length;
    switch (run.kind) {
      case "same":
        return [{ kind: "text", text: run.text }];
      case "del":
        return mark("del", run.text, old ? targetsIn(old, left, atOld) : []);
      case "ins":
        return mark("ins", run.text, targetsIn(now, right, atNew));
      case "format":
        return around(run.text, (text) => ({ kind: "format", text, what: run.formats.map(formatInWords).join(", ") }));
      case "quiet":
        if (run.formats) return [{ kind: "format", text: run.text, what: run.formats.map(formatInWords).join(", ") }];
        return [{ kind: "quiet", text: run.text, old: run.old, what: "set in other signs" }];
      default:
        throw new Error("a run of no known kind");
    }
  });
  return sayOnce(said);
}

/** A change that lies on several stretches beside each other, such as on a link with a word changed in it, is said at their end. */
function sayOnce(said: Said[]): Said[] {
  const once: Said[] = [];
  let later = new Set<string>();
  for (const one of said.toReversed()) {
    if (one.kind === "text" && one.text.trim() !== "") later = new Set();
    if (one.kind === "format") {
      once.push(later.has(one.what) ? { ...one, what: "" } : one);
      later.add(one.what);
    } else if (one.kind === "ins" || one.kind === "del") {
      const told = (target: string) => [...later].some((what) => what.split(/,? /).includes(target));
      once.push({ ...one, targets: one.targets.filter((target) => !told(target)) });
    } else once.push(one);
  }
  return once.reverse();
}

const mark = (kind: "ins" | "del", text: string, targets: string[]): Said[] =>
  around(text, (inner) => ({ kind, text: inner, targets }));

/** Marks what is neither space before nor space behind. */
function around(text: string, make: (inner: string) => Said): Said[] {
  const inner = text.trim();
  if (inner === "") return text === "" ? [] : [{ kind: "text", text }];
  const at = text.indexOf(inner);
  const [before, behind] = [text.slice(0, at), text.slice(at + inner.length)];
  return [
    ...(before ? [{ kind: "text" as const, text: before }] : []),
    make(inner),
    ...(behind ? [{ kind: "text" as const, text: behind }] : []),
  ];
}

/** Where the links on a stretch of a piece lead, each address once. */
function targetsIn({ spans }: Piece, from: number, to: number): string[] {
  const links = spans.filter(
    ({ kind, start, end }) => (kind === "link" || kind === "image") && start < to && end > from,
  );
  return [...new Set(links.map(({ target }) => target ?? ""))].filter((target) => target !== "");
}

const formatNames: Record<Exclude<FormatChange["kind"], "link" | "image">, [added: string, gone: string]> = {
  strong: ["now bold", "no longer bold"],
  emphasis: ["now italic", "no longer italic"],
  code: ["now set as code", "no longer set as code"],
  struck: ["now struck through", "no longer struck through"],
  footnote: ["now with a footnote", "without its footnote"],
};

/** Where a link leads now and where it led, or how words are set now. */
export function formatInWords(change: FormatChange): string {
  if ("added" in change) return formatNames[change.kind][change.added ? 0 : 1];
  const { from, to } = change;
  const [one, leads] = change.kind === "link" ? ["a link to", "link now leads to"] : ["a picture", "picture now"];
  if (from === null) return `now ${one} ${to}`;
  if (to === null) return `no longer ${one} ${from}`;
  return `${leads} ${to} instead of ${from}`;
}
