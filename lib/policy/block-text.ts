import type { Nodes, RootContent } from "mdast";
import { toString as plainText } from "mdast-util-to-string";
import type { Block } from "./document";
import { htmlBlocks } from "./html-blocks";
import { type Definitions, type InlineText, inlineOf, noDefinitions } from "./inline-text";

const collapse = (text: string): string => text.replace(/[ \t\r\n\f\v]+/g, " ").trim();

/** The blocks of a flow node in reading order. */
export function blocksOf(node: RootContent, definitions: Definitions = noDefinitions, depth = 0): Block[] {
  const many = (nodes: readonly Nodes[], deeper: number) =>
    nodes.flatMap((child) => blocksOf(child as RootContent, definitions, deeper));
  switch (node.type) {
    case "paragraph":
      return blockOf("paragraph", depth, inlineOf(node.children, definitions));
    case "heading":
      return blockOf("heading", node.depth, inlineOf(node.children, definitions));
    case "list":
      return node.children.flatMap((item) =>
        item.children.flatMap((child, index): Block[] =>
          child.type === "paragraph" && index === 0
            ? blockOf("item", depth, inlineOf(child.children, definitions))
            : blocksOf(child, definitions, depth + 1),
        ),
      );
    case "blockquote":
    case "footnoteDefinition":
      return many(node.children, depth);
    case "containerDirective":
      return node.name === "plain"
        ? blockOf("plain", depth, {
            text: collapse(node.children.map((child) => plainText(child)).join(" ")),
            spans: [],
          })
        : many(node.children, depth);
    case "table":
      return node.children.flatMap((row) =>
        blockOf("row", depth, joined(row.children.map((cell) => inlineOf(cell.children, definitions)))),
      );
    case "code":
      return blockOf("code", depth, { text: collapse(node.value), spans: [] });
    case "html":
      return htmlBlocks(node.value, depth);
    default:
      return [];
  }
}

/** What stands between two cells of a row. */
export const cellBorder = " | ";

/** Cells as one text, their borders between them. */
export function joined(cells: readonly InlineText[]): InlineText {
  const spans: InlineText["spans"] = [];
  let text = "";
  for (const [index, cell] of cells.entries()) {
    if (index > 0) text += cellBorder;
    const at = text.length;
    spans.push(...cell.spans.map((span) => ({ ...span, start: span.start + at, end: span.end + at })));
    text += cell.text;
  }
  return { text, spans };
}

/** Nothing for what says nothing. */
export function blockOf(kind: Block["kind"], depth: number, { text, spans }: InlineText): Block[] {
  if (text === "" || (kind === "row" && /^[ |]*$/.test(text))) return [];
  return [spans.length === 0 ? { kind, depth, text } : { kind, depth, text, spans }];
}
