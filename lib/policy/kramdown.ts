/** `{: .class #id}`, `{:toc}`, `{::comment}`: attributes and options of kramdown, which no reader sees. */
const attributes = /\{::?[^{}\n]{0,500}\}/g;
const attributeLine = /^[ \t]{0,3}\{:[^{}\n]*#([\p{L}\p{N}_-]+)[^{}\n]*\}[ \t\r]*$/u;
const underline = /^[ \t]{0,3}(?:=+|-+)[ \t\r]*$/;
const idBehind = /\s*\{#([\p{L}\p{N}_.:-]+)\}$/u;

/** A source without kramdown's attributes; an id given below a heading stands behind it, as `{#id}`. */
export function withoutAttributes(source: string): string {
  if (!source.includes("{:")) return source;
  const lines = source.split("\n");
  for (const [index, line] of lines.entries()) {
    const id = line.includes("{:") ? attributeLine.exec(line)?.[1] : undefined;
    const above = id ? headingAbove(lines, index) : -1;
    if (above >= 0) lines[above] = `${(lines[above] ?? "").replace(/[\s#]+$/, "")} {#${id}}`;
  }
  return lines.join("\n").replace(attributes, "");
}

/** The line of the heading that ends right above a line; -1 when there is none. */
function headingAbove(lines: readonly string[], index: number): number {
  const above = lines[index - 1] ?? "";
  if (/^ {0,3}#{1,6}(?:\s|$)/.test(above)) return index - 1;
  return underline.test(above) && (lines[index - 2] ?? "").trim() !== "" ? index - 2 : -1;
}

/** A heading's words, and the id written behind them. */
export function headingId(text: string): { text: string; id: string | null } {
  const found = idBehind.exec(text);
  if (!found) return { text, id: null };
  return { text: text.slice(0, found.index).replace(/\s+#+$/, ""), id: found[1] ?? null };
}
