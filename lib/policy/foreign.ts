import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { blocksOf } from "./block-text";
import type { ComparedClause } from "./diff-clauses";

const reader = unified().use(remarkParse).use(remarkFrontmatter).use(remarkGfm);

/**
 * Reads any Markdown policy for comparison: ids are made from its headings, what stands before the first
 * heading becomes a clause "preamble". For texts that were not written for this trust center; never rendered.
 */
export function readForeign(markdown: string): { clauses: ComparedClause[] } {
  const clauses: ComparedClause[] = [];
  const used = new Map<string, number>();
  const open = (heading: string, level: number): ComparedClause => {
    const slug =
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, "-")
        .replace(/^-|-$/g, "") || "clause";
    const times = (used.get(slug) ?? 0) + 1;
    used.set(slug, times);
    const clause: ComparedClause = { id: times === 1 ? slug : `${slug}-${times}`, heading, level, blocks: [] };
    clauses.push(clause);
    return clause;
  };
  for (const node of reader.parse(markdown).children) {
    const blocks = blocksOf(node);
    if (blocks.length === 0) continue;
    if (node.type === "heading") open(blocks[0]?.text ?? "", node.depth).blocks.push(...blocks);
    else (clauses.at(-1) ?? open("Preamble", 2)).blocks.push(...blocks);
  }
  return { clauses };
}
