import type { Block, Span } from "./document";
import { attributeOf, decodeEntities, htmlPieces } from "./html-tags";
import { TextWriter } from "./inline-text";

/** Tags that lie on words; every other one ends the paragraph it stands in. */
const inline: Record<string, Span["kind"] | null> = {
  ...{ a: "link", b: "strong", strong: "strong", i: "emphasis", em: "emphasis", code: "code", s: "struck" },
  ...{ span: null, small: null, sup: null, sub: null, u: null, font: null, mark: null, abbr: null, wbr: null },
};

/**
 * The blocks of a piece of HTML that stands between paragraphs: its words as a reader sees them, with headings, items and
 * rows told apart. For comparing other people's texts only; nothing of it is ever rendered as HTML.
 */
export function htmlBlocks(html: string, depth: number): Block[] {
  const blocks: Block[] = [];
  let [writer, kind, level] = [new TextWriter(), "paragraph" as Block["kind"], depth];
  let open: { tag: string; start: number; target: string | undefined }[] = [];
  let lists = 0;
  const flush = () => {
    const { text, spans } = writer.done();
    if (text !== "" && !(kind === "row" && /^[ |]*$/.test(text)))
      blocks.push(spans.length === 0 ? { kind, depth: level, text } : { kind, depth: level, text, spans });
    writer = new TextWriter();
    open = [];
    [kind, level] = ["paragraph", depth];
  };
  for (const piece of htmlPieces(html)) {
    if ("text" in piece) {
      writer.add(piece.text);
      continue;
    }
    const { tag, closes, source } = piece;
    if (tag in inline) {
      const as = inline[tag];
      if (!as) continue;
      if (!closes) {
        open.push({ tag, start: writer.length, target: tag === "a" ? attributeOf(source, "href") : undefined });
        continue;
      }
      const at = open.findLastIndex((one) => one.tag === tag);
      const [begun] = at === -1 ? [] : open.splice(at, 1);
      if (begun && as !== "link") writer.cover(as, begun.start);
      else if (begun?.target !== undefined) writer.cover("link", begun.start, decodeEntities(begun.target));
      continue;
    }
    if (tag === "br") {
      writer.add(" ");
      continue;
    }
    if (tag === "td" || tag === "th") {
      if (!closes && writer.length > 0) writer.add(" | ");
      continue;
    }
    flush();
    if (tag === "ul" || tag === "ol") lists = Math.max(0, lists + (closes ? -1 : 1));
    if (closes) continue;
    if (tag === "li") [kind, level] = ["item", depth + Math.max(0, lists - 1)];
    else if (tag === "tr") kind = "row";
    else if (/^h[1-6]$/.test(tag)) [kind, level] = ["heading", Number(tag[1])];
  }
  flush();
  return blocks;
}
