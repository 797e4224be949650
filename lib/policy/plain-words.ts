/** The words and numbers of a text as they are said: without typography, in lower case. */
export const plainWords = (text: string): string[] =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .match(/[\p{L}\p{M}\p{N}]+(?:[.,:'][\p{L}\p{M}\p{N}]+)*/gu) ?? [];
