import type { ComparedClause } from "./diff-clauses";
import type { Block, Span } from "./document";
import { sameText } from "./fold";
import { splitSentences } from "./split";

/**
 * A sentence in its place: `block` is the index of its block in the clause. `text` keeps the space behind it; `spans` are
 * the links and formatting that lie on it, counted from its start. A sentence that was split, or two that were made one, is a
 * piece of two sentences.
 */
export type Piece = {
  block: number;
  kind: Block["kind"];
  depth: number;
  text: string;
  spans: readonly Span[];
};

type Apart = "heading" | "plain" | "text";

/** A piece as the comparison knows it. Its keys are made when first asked for: most sentences stayed where they were. */
export class Sentence {
  /** What a row of the difference shows of it: nothing that only the comparison needs goes to a browser. */
  readonly piece: Piece;
  /** Heading, plain-language line or text: never the same thing as one another. */
  readonly apart: Apart;
  readonly clause: ComparedClause;
  /** The sentences that it was joined from, in order; null for one as it stands in the text. */
  readonly parts: readonly Sentence[] | null;
  readonly kind: Piece["kind"];
  readonly block: number;
  readonly text: string;
  readonly spans: readonly Span[];
  #key: string | null = null;
  #fullKey: string | null = null;

  constructor(piece: Piece, apart: Apart, clause: ComparedClause, parts: readonly Sentence[] | null = null) {
    this.piece = piece;
    this.apart = apart;
    this.clause = clause;
    this.parts = parts;
    this.kind = piece.kind;
    this.block = piece.block;
    this.text = piece.text;
    this.spans = piece.spans;
  }

  /** The same for the same words, whatever white space is between them. */
  get key(): string {
    this.#key ??= `${this.apart} ${sameText(this.text)}`;
    return this.#key;
  }

  /** The same for the same words with the same formatting and links. */
  get fullKey(): string {
    this.#fullKey ??= this.spans.length === 0 ? this.key : `${this.key}\u0000${this.spans.map(spanKey).join("\u0000")}`;
    return this.#fullKey;
  }

  /** Whether the other has the same words, formatting and links. */
  isSame(other: Sentence): boolean {
    if (this.text === other.text) return this.apart === other.apart && sameSpans(this.spans, other.spans);
    return this.fullKey === other.fullKey;
  }
}

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
  return pieces.map((words) => {
    const start = at;
    at += words.length;
    const own = spans ? spansWithin(spans, start, at) : none;
    return new Sentence({ block, kind, depth, text: words, spans: own }, apart, clause);
  });
}

const sameSpans = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.length === b.length &&
  a.every(({ kind, start, end, target }, index) => {
    const other = b[index];
    return (
      other?.kind === kind && other.start === start && other.end === end && (other.target ?? "") === (target ?? "")
    );
  });

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
  const { block, kind, depth } = a.piece;
  const piece: Piece = { block, kind, depth, text: a.text + b.text, spans: [...a.spans, ...behind] };
  return new Sentence(piece, a.apart, a.clause, [...(a.parts ?? [a]), ...(b.parts ?? [b])]);
}
