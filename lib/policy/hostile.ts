/** More levels of quotes or lists than this on one line are no policy. */
const deepest = 40;
/** More signs of one kind than this in one paragraph are no policy; the parser's time grows with their square. */
const mostSigns = 4_000;

const isSign = new Uint8Array(127);
for (const char of "[]*_<`~") isSign[char.charCodeAt(0)] = 1;
const rule = /^[ \t]*([-*_])(?:[ \t]*\1)+[ \t\r]*$/;
const marker = /(?:[>*+-]|\d{1,9}[.)])(?=[ \t>]|$)/y;

/**
 * Why a text must not be given to the Markdown parser, whose time and stack grow with nesting: the line and a sentence; null
 * for every text that a person would write. One pass, whatever the text holds.
 */
export function hostileLine(source: string): { line: number; message: string } | null {
  const signs = new Map<string, number>();
  let [line, at] = [0, 0];
  while (at < source.length) {
    line++;
    const next = endOfLine(source, at);
    const depth = depthOf(source, at, next);
    if (depth > deepest && !rule.test(source.slice(at, next)))
      return { line, message: `Lists or quotes lie more than ${deepest} levels deep here.` };
    let empty = true;
    for (let i = at; i < next; i++) {
      const code = source.charCodeAt(i);
      if (code === 32 || code === 9 || code === 13) continue;
      empty = false;
      if (code > 126 || isSign[code] !== 1) continue;
      const char = source.charAt(i);
      const times = (signs.get(char) ?? 0) + 1;
      if (times > mostSigns) return { line, message: `One paragraph holds "${char}" more than ${mostSigns} times.` };
      signs.set(char, times);
    }
    if (empty) signs.clear();
    at = next + 1;
  }
  return null;
}

function endOfLine(source: string, from: number): number {
  const at = source.indexOf("\n", from);
  return at === -1 ? source.length : at;
}

/** How many quotes and list items a line opens, its indentation counted as the lists it may continue. */
function depthOf(source: string, from: number, to: number): number {
  let [at, depth, indent] = [from, 0, 0];
  while (at < to) {
    const char = source.charAt(at);
    if (char === " " || char === "\t") {
      indent += char === "\t" ? 4 : 1;
      at++;
      continue;
    }
    if (char === ">") {
      depth++;
      at++;
      continue;
    }
    marker.lastIndex = at;
    const found = marker.exec(source);
    if (!found) break;
    depth++;
    at = marker.lastIndex;
  }
  return depth > 0 && indent > 4 * deepest ? deepest + 1 : depth;
}
