import type { Nodes, PhrasingContent, RootContent } from "mdast";
import { toString as plainText } from "mdast-util-to-string";
import type { Block } from "./document";

const collapse = (text: string): string => text.replace(/\s+/g, " ").trim();

/** The words of inline content; an outward link is followed by its address, since that is part of what is said. */
export function inlineText(nodes: PhrasingContent[]): string {
  const read = (node: Nodes): string => {
    if (node.type === "break") return " ";
    if (node.type === "html") return "";
    if (node.type === "image") return node.alt ?? "";
    if (node.type === "link") {
      const text = node.children.map(read).join("");
      const address = node.url.replace(/^mailto:/i, "").replace(/\?subject=.*$/i, "");
      return node.url.startsWith("#") || text.includes(address) ? text : `${text} (${node.url})`;
    }
    return "children" in node ? node.children.map((child) => read(child as Nodes)).join("") : plainText(node);
  };
  return collapse(nodes.map(read).join(""));
}

/** The blocks of a flow node in reading order. */
export function blocksOf(node: RootContent, depth = 0): Block[] {
  const many = (nodes: RootContent[], deeper: number) => nodes.flatMap((child) => blocksOf(child, deeper));
  switch (node.type) {
    case "paragraph":
      return textBlock("paragraph", depth, inlineText(node.children));
    case "heading":
      return textBlock("heading", node.depth, inlineText(node.children));
    case "list":
      return node.children.flatMap((item) =>
        item.children.flatMap((child, index): Block[] =>
          child.type === "paragraph" && index === 0
            ? textBlock("item", depth, inlineText(child.children))
            : blocksOf(child, depth + 1),
        ),
      );
    case "blockquote":
      return many(node.children, depth);
    case "containerDirective":
      return node.name === "plain"
        ? textBlock("plain", depth, collapse(node.children.map((child) => plainText(child)).join(" ")))
        : many(node.children, depth);
    case "table":
      return node.children.flatMap((row) =>
        textBlock("row", depth, row.children.map((cell) => inlineText(cell.children)).join(" | ")),
      );
    case "code":
      return textBlock("code", depth, collapse(node.value));
    default:
      return [];
  }
}

const textBlock = (kind: Block["kind"], depth: number, text: string): Block[] =>
  text === "" ? [] : [{ kind, depth, text }];
