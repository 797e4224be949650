import type { ComparedClause } from "./diff-clauses";
import type { Block, Span } from "./document";
import { sameText } from "./fold";
import { splitSentences } from "./split";

/** A sentence in its place, and what the comparison knows it by. A row of a table is one sentence. */
export type Sentence = {
  /** The index of its block in the clause. */
  block: number;
  kind: Block["kind"];
  depth: number;
  /** With the white space behind it. */
  text: string;
  /** What lies on it, counted from its start. */
  spans: readonly Span[];
  /** Heading, plain-language line or text: never the same thing as one another. */
  apart: "heading" | "plain" | "text";
  /** The same for the same words, whatever white space is between them. */
  key: string;
  /** The same for the same words with the same formatting and links. */
  fullKey: string;
  clause: ComparedClause;
  /** What of it a row of the difference shows: nothing that only the comparison needs goes to a browser. */
  piece: Piece;
  /** The sentences that it was joined from, in order. */
  parts?: readonly Sentence[];
};

/**
 * A sentence in its place: `block` is the index of its block in the clause. `text` keeps the space behind it; `spans` are
 * the links and formatting that lie on it. A sentence that was split, or two that were made one, is a piece of two sentences.
 */
export type Piece = Pick<Sentence, "block" | "kind" | "depth" | "text" | "spans">;

const none: readonly Span[] = [];
const known = new WeakMap<ComparedClause, Sentence[]>();

/** The sentences of a clause, taken apart once. */
export function sentencesOf(clause: ComparedClause): Sentence[] {
  const before = known.get(clause);
  if (before) return before;
  const sentences = clause.blocks.flatMap((block, index) => sentencesIn(block, index, clause));
  known.set(clause, sentences);
  return sentences;
}

function sentencesIn({ kind, depth, text, spans }: Block, block: number, clause: ComparedClause): Sentence[] {
  const apart = kind === "heading" || kind === "plain" ? kind : "text";
  const pieces = kind === "row" || kind === "heading" ? [text] : splitSentences(text);
  let at = 0;
  return pieces.map((words): Sentence => {
    const start = at;
    at += words.length;
    const own = spans ? spansWithin(spans, start, at) : none;
    const key = `${apart} ${sameText(words)}`;
    const fullKey = own.length === 0 ? key : `${key}\u0000${own.map(spanKey).join("\u0000")}`;
    const piece: Piece = { block, kind, depth, text: words, spans: own };
    return { ...piece, piece, apart, key, fullKey, clause };
  });
}

const spanKey = ({ kind, start, end, target = "" }: Span): string => `${kind} ${start} ${end} ${target}`;

/** What of the spans lies on a stretch, counted from its start. */
export function spansWithin(spans: readonly Span[], start: number, end: number): readonly Span[] {
  const own: Span[] = [];
  for (const span of spans)
    if (span.start < end && span.end > start)
      own.push({ ...span, start: Math.max(0, span.start - start), end: Math.min(end, span.end) - start });
  return own.length === 0 ? none : own;
}

/** Two sentences of one block, the second right behind the first, as one. */
export function joinSentences(a: Sentence, b: Sentence): Sentence {
  const behind = b.spans.map((span) => ({ ...span, start: span.start + a.text.length, end: span.end + a.text.length }));
  const { block, kind, depth } = a;
  const piece: Piece = { block, kind, depth, text: a.text + b.text, spans: [...a.spans, ...behind] };
  const key = `${a.apart} ${sameText(piece.text)}`;
  const parts = [...(a.parts ?? [a]), ...(b.parts ?? [b])];
  return { ...a, ...piece, piece, key, fullKey: key, parts };
}
