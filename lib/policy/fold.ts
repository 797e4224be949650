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

// By range rather than by script: asked of every sentence that is compared.
const besideWide = /(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]) +| +(?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef])/g;
const wideScript = /[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]/;

/** Without the spaces beside Chinese and Japanese characters, which separate no words there. */
const closeUp = (text: string): string => (wideScript.test(text) ? text.replace(besideWide, "") : text);

const unevenSpace = /[\t\r\n\f\v\u2028\u2029\u3000]| {2}/;

/** A sentence by its words and signs alone: two that differ in white space only are the same. */
export const sameText = (text: string): string =>
  closeUp((unevenSpace.test(text) ? text.replace(/[ \t\r\n\f\v\u2028\u2029\u3000]+/g, " ") : text).trim());
