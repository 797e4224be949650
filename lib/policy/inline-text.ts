import type { Definition, Nodes, PhrasingContent } from "mdast";
import type { Span } from "./document";
import { attributeOf, decodeEntities } from "./html-tags";

/** Where `[text][label]` leads, by its normalised label. */
export type Definitions = ReadonlyMap<string, Pick<Definition, "url">>;
export const noDefinitions: Definitions = new Map();

export type InlineText = { text: string; spans: Span[] };

// A non-breaking space is a sign of its own; only what a browser collapses is collapsed.
const space = /[ \t\r\n\f\v]+/g;
const uneven = /[\t\r\n\f\v]| {2}/;

/** Text written piece by piece, white space collapsed, with what lies on it. */
export class TextWriter {
  #text = "";
  readonly #spans: Span[] = [];

  get length(): number {
    return this.#text.length;
  }

  add(raw: string): void {
    const text = uneven.test(raw) ? raw.replace(space, " ") : raw;
    this.#text += text.startsWith(" ") && (this.#text === "" || this.#text.endsWith(" ")) ? text.slice(1) : text;
  }

  /** Puts a span on everything written since `start`. */
  cover(kind: Span["kind"], start: number, target?: string): void {
    const span: Span = { kind, start, end: this.#text.length };
    this.#spans.push(target === undefined ? span : { ...span, target });
  }

  done(): InlineText {
    const text = this.#text.endsWith(" ") ? this.#text.slice(0, -1) : this.#text;
    const spans = this.#spans.flatMap((span) => trimmed(span, text));
    // In one order whatever way they were nested.
    return { text, spans: spans.sort((a, b) => a.start - b.start || a.end - b.end || compare(a.kind, b.kind)) };
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Without the spaces at its edges, so that `** a**` and `**a**` are one thing; nothing when nothing is left. */
function trimmed(span: Span, text: string): Span[] {
  let { start, end } = { start: span.start, end: Math.min(span.end, text.length) };
  while (start < end && text[start] === " ") start++;
  while (end > start && text[end - 1] === " ") end--;
  if (start >= end) return [];
  // An address that is its own text says nothing more than the text.
  if (span.kind === "link" && bare(span.target ?? "") === bare(text.slice(start, end))) return [];
  return [{ ...span, start, end }];
}

const bare = (address: string): string => address.replace(/^(?:mailto:|https?:\/\/)/i, "").replace(/\/$/, "");

const formats: Partial<Record<Nodes["type"], Span["kind"]>> = {
  strong: "strong",
  emphasis: "emphasis",
  delete: "struck",
};
const tagFormats: Record<string, Span["kind"]> = {
  b: "strong",
  strong: "strong",
  i: "emphasis",
  em: "emphasis",
  code: "code",
  tt: "code",
  s: "struck",
  del: "struck",
  strike: "struck",
};

/** The words of inline content and what lies on them. HTML tags of inline content count for what they do. */
export function inlineOf(nodes: readonly PhrasingContent[], definitions: Definitions = noDefinitions): InlineText {
  const writer = new TextWriter();
  const open: { tag: string; start: number; target: string | undefined }[] = [];
  const html = (value: string): void => {
    const [, slash = "", name = ""] = /^<(\/?)([a-z][a-z0-9]*)/i.exec(value) ?? [];
    const tag = name.toLowerCase();
    if (tag === "br") writer.add(" ");
    if (tag !== "a" && !(tag in tagFormats)) return;
    if (slash === "") {
      open.push({ tag, start: writer.length, target: tag === "a" ? attributeOf(value, "href") : undefined });
      return;
    }
    const at = open.findLastIndex((one) => one.tag === tag);
    const [begun] = at === -1 ? [] : open.splice(at, 1);
    if (!begun) return;
    const kind = tagFormats[tag];
    if (kind) writer.cover(kind, begun.start);
    else if (begun.target !== undefined) writer.cover("link", begun.start, decodeEntities(begun.target));
  };
  const read = (node: Nodes): void => {
    const start = writer.length;
    switch (node.type) {
      case "text":
        writer.add(node.value);
        break;
      case "break":
        writer.add(" ");
        break;
      case "html":
        html(node.value);
        break;
      case "inlineCode":
        writer.add(node.value);
        writer.cover("code", start);
        break;
      case "image":
        writer.add(node.alt ?? "");
        writer.cover("image", start, node.url);
        break;
      case "imageReference":
        writer.add(node.alt ?? "");
        writer.cover("image", start, definitions.get(node.identifier)?.url ?? "");
        break;
      case "footnoteReference":
        // Its number is not text: it changes with every note before it.
        writer.cover("footnote", Math.max(0, start - 1));
        break;
    }
    if (!("children" in node)) return;
    for (const child of node.children) read(child as Nodes);
    const kind = formats[node.type];
    if (kind) writer.cover(kind, start);
    if (node.type === "link") writer.cover("link", start, node.url);
    if (node.type === "linkReference") writer.cover("link", start, definitions.get(node.identifier)?.url ?? "");
  };
  for (const node of nodes) read(node);
  return writer.done();
}

/** The words of inline content alone. */
export const inlineText = (nodes: readonly PhrasingContent[]): string => inlineOf(nodes).text;
