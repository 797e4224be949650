import type { RootContent } from "mdast";
import type { PromiseId } from "./promises";

/** A piece of a clause that is read as one: a paragraph, a list item, a row of a table. */
export type Block = {
  kind: "heading" | "paragraph" | "item" | "plain" | "row" | "code";
  /** How deep a list item lies, from 0; a heading's level. */
  depth: number;
  /** What a reader sees, white space collapsed; non-breaking spaces are kept. */
  text: string;
  /** What lies on it without being words; absent for none. */
  spans?: readonly Span[];
};

/** Something that lies on a stretch of text, from `start` to before `end`. */
export type Span = {
  kind: "link" | "image" | "strong" | "emphasis" | "code" | "struck" | "footnote";
  start: number;
  end: number;
  /** Of links and images: the address. */
  target?: string;
};

export type PromiseMark = {
  id: PromiseId;
  clauseId: string;
  /** The promise as the reader sees it. */
  sentence: string;
  /** Machine values beside the words, such as `period` = "P90D". */
  values: Record<string, string>;
  line: number;
};

export type Clause = {
  id: string;
  heading: string;
  /** 2 for a clause, 3 and 4 for parts of one. */
  level: number;
  line: number;
  /** What it says, in order, its heading first; what the comparison works on. */
  blocks: Block[];
  /** The same as Markdown nodes without the heading and the plain-language line, for rendering. */
  nodes: RootContent[];
  /** The line in plain language beside it. */
  plain: string | null;
};

export type PolicyDocument = {
  title: string;
  language: string;
  /** The "last updated" date in the source, when it names one (YYYY-MM-DD). */
  updated: string | null;
  clauses: Clause[];
  promises: PromiseMark[];
};

export type PolicyProblem = { line: number; message: string };
