import { commonSequence } from "./common-sequence";
import { fold } from "./fold";
import type { Token } from "./tokens";
import { isStopWord } from "./words";

/** A token that is no white space, as it is compared. */
export type Word = Token & { key: string; kind: "value" | "word" | "stop" | "sign" };

const particle = /^[\p{sc=Hiragana}]{1,2}$/u;

export function wordOf(token: Token): Word {
  const key = token.value ? fold(token.text).replaceAll(" ", "") : fold(token.text);
  if (token.value) return { ...token, key, kind: "value" };
  if (!/[\p{L}\p{N}]/u.test(key)) return { ...token, key, kind: "sign" };
  return { ...token, key, kind: isStopWord(key) || particle.test(key) ? "stop" : "word" };
}

/** What it is worth to keep a word: a value is matched before words, words before small ones, signs last. */
const worth: Record<Word["kind"], number> = { value: 2.5, word: 1, stop: 0.2, sign: 0.1 };

/** More cells than this are not weighed; the plain longest common subsequence is taken. */
const mostCells = 250_000;
let table = new Float64Array(4096);

/** The heaviest common subsequence of two sentences: index pairs, ascending on both sides. */
export function alignTokens(a: readonly Word[], b: readonly Word[]): [number, number][] {
  const width = b.length + 1;
  const cells = (a.length + 1) * width;
  if (cells > mostCells)
    return commonSequence(
      a.map(({ key }) => key),
      b.map(({ key }) => key),
    );
  if (table.length < cells) table = new Float64Array(Math.min(mostCells, cells * 2));
  table.fill(0, 0, cells);
  for (let i = a.length - 1; i >= 0; i--) {
    const word = a[i];
    if (!word) continue;
    const gain = worth[word.kind];
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      const apart = Math.max(table[at + width] ?? 0, table[at + 1] ?? 0);
      table[at] = word.key === b[j]?.key ? Math.max(apart, gain + (table[at + width + 1] ?? 0)) : apart;
    }
  }
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const word = a[i];
    const at = i * width + j;
    const here = table[at] ?? 0;
    if (word && word.key === b[j]?.key && here === worth[word.kind] + (table[at + width + 1] ?? 0))
      pairs.push([i++, j++]);
    else if (here === (table[at + width] ?? 0)) i++;
    else j++;
  }
  return pairs;
}
