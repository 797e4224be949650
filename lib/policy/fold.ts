const quotes = /[‘’‚‛′`´＇]/g;
const doubleQuotes = /[“”„‟″«»＂]|''/g;
const dashes = /[‐‑‒–—―−－]/g;
// biome-ignore lint/suspicious/noMisleadingCharacterClass: each of these is a character by itself
const invisible = /[\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f]/g;
const wideSigns = /[\uff01-\uff5e]/g;

/** Nothing in it that folding could change: most texts, so that they cost one look. */
const plain = /^[\x20-\x7e]*$/;

/**
 * A text as it reads whatever signs it is set in: quotation marks, dashes, kinds of space, invisible characters and
 * full-width forms made alike. Two texts that differ but fold to the same differ in typography only. Digits stay digits.
 */
export function fold(text: string): string {
  const even = plain.test(text)
    ? text
    : text
        .replace(invisible, "")
        .replace(wideSigns, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
        .replace(quotes, "'")
        .replace(doubleQuotes, '"')
        .replace(dashes, "-")
        .replace(/…/g, "...")
        .replace(/\s+/g, " ");
  return even.includes("''") ? even.replaceAll("''", '"') : even;
}

/** The same for a whole sentence, where "third-party" and "third party" are one too. */
export const foldSentence = (text: string): string =>
  closeUp(fold(text).replace(/(?<=\p{L})-(?=\p{L})/gu, " "))
    .replace(/ ?- ?/g, "-")
    .trim();

const wideScript = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\u3000-\u303f\uff00-\uffef]/u;
const besideWide =
  /(?<=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303f\uff00-\uffef]) +| +(?=[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303f\uff00-\uffef])/gu;

/** Without the spaces beside Chinese and Japanese characters, which separate no words there. */
export const closeUp = (text: string): string =>
  text.includes(" ") && wideScript.test(text) ? text.replace(besideWide, "") : text;

/** A sentence by its words and signs alone: two that differ in white space only are the same. */
export const sameText = (text: string): string =>
  closeUp(text.replace(/[ \t\r\n\f\v\u2028\u2029\u3000]+/g, " ").trim());
