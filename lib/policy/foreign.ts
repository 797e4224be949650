import type { Nodes, Root } from "mdast";
import { gfmFootnoteFromMarkdown } from "mdast-util-gfm-footnote";
import { gfmStrikethroughFromMarkdown } from "mdast-util-gfm-strikethrough";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmFootnote } from "micromark-extension-gfm-footnote";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";
import { gfmTable } from "micromark-extension-gfm-table";
import remarkFrontmatter from "remark-frontmatter";
import remarkParse from "remark-parse";
import { type Processor, unified } from "unified";
import { blocksOf } from "./block-text";
import type { ComparedClause } from "./diff-clauses";
import type { PolicyProblem } from "./document";
import { hostileLine } from "./hostile";
import { headingId, withoutAttributes } from "./kramdown";
import { sentencesOf } from "./sentences";

type Parts = { tables: boolean; footnotes: boolean; strikes: boolean };

/**
 * GitHub's Markdown without its plain addresses, which are their own text here and take half of the time to find, and
 * without what a source has no sign of.
 */
function remarkGfmParts(this: Processor, { tables, footnotes, strikes }: Parts): void {
  const data = this.data();
  data.micromarkExtensions ??= [];
  data.fromMarkdownExtensions ??= [];
  if (tables) {
    data.micromarkExtensions.push(gfmTable());
    data.fromMarkdownExtensions.push(gfmTableFromMarkdown());
  }
  if (footnotes) {
    data.micromarkExtensions.push(gfmFootnote());
    data.fromMarkdownExtensions.push(gfmFootnoteFromMarkdown());
  }
  if (strikes) {
    data.micromarkExtensions.push(gfmStrikethrough());
    data.fromMarkdownExtensions.push(gfmStrikethroughFromMarkdown());
  }
}

const readerWith = (parts: Parts) =>
  unified().use(remarkParse).use(remarkFrontmatter, ["yaml", "toml"]).use(remarkGfmParts, parts).freeze();
const readers = new Map<string, ReturnType<typeof readerWith>>();

function readerFor(source: string): ReturnType<typeof readerWith> {
  // Even a table of one column has a bar somewhere.
  const parts = { tables: source.includes("|"), footnotes: source.includes("[^"), strikes: source.includes("~") };
  const key = JSON.stringify(parts);
  const known = readers.get(key) ?? readerWith(parts);
  readers.set(key, known);
  return known;
}

/** A longer text is refused unread, in UTF-16 units. */
export const maxForeignLength = 1_048_576;

export type ForeignText = { ok: true; clauses: ComparedClause[] } | { ok: false; problem: PolicyProblem };

/**
 * Reads any Markdown policy for comparison: front matter, Liquid tags, kramdown attributes, tables, HTML, with headings or
 * without. Ids are those written behind headings, else made from them; what stands before the first heading becomes a
 * clause "preamble". For texts that were not written for this trust center; never rendered.
 *
 * @returns a problem for what is too long, or nested deeper than any policy is; every other text can be read
 */
export function readForeign(markdown: string): ForeignText {
  if (markdown.length > maxForeignLength)
    return { ok: false, problem: { line: 1, message: `The text is longer than ${maxForeignLength} characters.` } };
  const hostile = hostileLine(markdown);
  if (hostile) return { ok: false, problem: hostile };
  const source = withoutAttributes(markdown);
  const clauses = clausesOf(readerFor(source).parse(source));
  for (const clause of clauses) sentencesOf(clause);
  return { ok: true, clauses };
}

function clausesOf(tree: Root): ComparedClause[] {
  const definitions = new Map<string, { url: string }>();
  for (const { identifier, url } of tree.children.flatMap((node) => definitionsIn(node)))
    if (!definitions.has(identifier)) definitions.set(identifier, { url });
  const clauses: ComparedClause[] = [];
  const used = new Map<string, number>();
  const open = (heading: string, level: number, written: string | null): ComparedClause => {
    const id = unused(written ?? (slug(heading) || "clause"), used);
    const clause: ComparedClause = { id, heading, level, blocks: [], derived: written === null };
    clauses.push(clause);
    return clause;
  };
  for (const node of tree.children)
    for (const block of blocksOf(node, definitions)) {
      if (block.kind === "heading") {
        const { text, id } = headingId(block.text);
        open(text, block.depth, id).blocks.push({ ...block, text, ...clip(block.spans, text.length) });
      } else (clauses.at(-1) ?? open("Preamble", 2, null)).blocks.push(block);
    }
  return clauses;
}

/** Spans of a heading whose id was cut off its end. */
const clip = (spans: ComparedClause["blocks"][number]["spans"], length: number) =>
  spans
    ? { spans: spans.filter(({ start }) => start < length).map((one) => ({ ...one, end: Math.min(one.end, length) })) }
    : {};

function definitionsIn(node: Nodes): { identifier: string; url: string }[] {
  if (node.type === "definition") return [node];
  if (node.type !== "blockquote" && node.type !== "list" && node.type !== "listItem") return [];
  return node.children.flatMap((child) => definitionsIn(child));
}

const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");

function unused(id: string, used: Map<string, number>): string {
  let [times, free] = [used.get(id) ?? 0, id];
  do free = ++times === 1 ? id : `${id}-${times}`;
  while (free !== id && used.has(free));
  used.set(id, times);
  if (free !== id) used.set(free, 1);
  return free;
}
