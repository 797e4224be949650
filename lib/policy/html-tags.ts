import { decodeNamedCharacterReference } from "decode-named-character-reference";

/** The value of an attribute in the source of one tag, entities as written; undefined when it is not there. */
export function attributeOf(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(tag);
  return found ? (found[1] ?? found[2] ?? found[3]) : undefined;
}

/** `&amp;` and `&#8217;` as the characters they stand for; what is none stays as written. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z][a-z\d]{1,31}));/gi, (whole, hex, decimal, name) => {
    if (name) return decodeNamedCharacterReference(name) || whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : "\ufffd";
  });
}

export type HtmlPiece = { tag: string; closes: boolean; source: string } | { text: string };

/** A piece of HTML cut into tags and text in one pass; comments, scripts and styles are left out. */
export function htmlPieces(html: string): HtmlPiece[] {
  const pieces: HtmlPiece[] = [];
  let at = 0;
  while (at < html.length) {
    const less = html.indexOf("<", at);
    const text = html.slice(at, less === -1 ? html.length : less);
    if (text) pieces.push({ text: decodeEntities(text) });
    if (less === -1) break;
    at = less;
    if (html.startsWith("<!--", at)) at = after(html, "-->", at + 4);
    else if (/^<[!?]/.test(html.slice(at, at + 2))) at = after(html, ">", at);
    else {
      const tag = /^<(\/?)([a-z][a-z0-9-]*)/i.exec(html.slice(at, at + 40));
      const end = tag ? endOfTag(html, at) : -1;
      if (!tag || end === -1) {
        pieces.push({ text: "<" });
        at++;
        continue;
      }
      const name = String(tag[2]).toLowerCase();
      const closes = tag[1] === "/";
      pieces.push({ tag: name, closes, source: html.slice(at, end) });
      at = !closes && (name === "script" || name === "style") ? after(html, `</${name}`, end) : end;
    }
  }
  return pieces;
}

const after = (text: string, mark: string, from: number): number => {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at + mark.length;
};

/** No tag is this long; what is longer is taken as text. */
const longestTag = 4000;

/** Behind the `>` that ends the tag at `from` (one in quotes ends nothing); -1 when nothing ends it. */
function endOfTag(html: string, from: number): number {
  let quote = "";
  const until = Math.min(html.length, from + longestTag);
  for (let at = from; at < until; at++) {
    const char = html.charAt(at);
    if (quote) quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === ">") return at + 1;
  }
  return -1;
}
