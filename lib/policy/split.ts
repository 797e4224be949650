const sentenceSegmenter = new Intl.Segmenter("en", { granularity: "sentence" });
const wordSegmenter = new Intl.Segmenter("en", { granularity: "word" });

/** A full stop after these ends no sentence. */
const abbreviation = /(?:^|[\s(])(?:e\.g|i\.e|cf|vs|no|art|mr|mrs|ms|dr)\.\s*$/i;

/** Sentences of a text (UAX #29), each with the white space behind it: joined they are the text again. */
export function splitSentences(text: string): string[] {
  const pieces: string[] = [];
  let open = "";
  for (const { segment } of sentenceSegmenter.segment(text)) {
    open += segment;
    if (abbreviation.test(open)) continue;
    pieces.push(open);
    open = "";
  }
  if (open !== "") pieces.push(open);
  return pieces;
}

const month =
  "(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)";
// Only behind a number: "costs €5" is two words.
const unit = String.raw`(?:(?<=\p{N})(?:\s?[%‰€£¥$](?![\p{L}\p{N}])|\sper\s?cent\b))?`;
/** What is read as one thing and must never be cut: addresses, dates, numbers with their sign, unit of money or per cent. */
const whole = new RegExp(
  [
    String.raw`https?:\/\/[^\s<>()"“”]*[^\s<>()"“”.,;:!?]`,
    String.raw`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+`,
    String.raw`\d{1,2}(?:st|nd|rd|th)?\s${month}\b\.?(?:,?\s\d{4}\b)?`,
    String.raw`\b${month}\.?\s\d{1,2}(?:st|nd|rd|th)?\b(?:,?\s\d{4}\b)?`,
    String.raw`[$€£¥]?(?<![\p{L}\p{N}])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\p{L}\p{N}])(?:[.,]\d+)?${unit}`,
    String.raw`[$€£¥]?[\p{L}\p{N}_]+(?:[-.,:/'’][\p{L}\p{N}_]+)*${unit}`,
  ].join("|"),
  "gu",
);

/** Words, numbers, marks and spaces of a text in order; joined they are the text again. */
export function splitTokens(text: string): string[] {
  const tokens: string[] = [];
  const words = (part: string) => {
    for (const { segment } of wordSegmenter.segment(part)) tokens.push(segment);
  };
  let at = 0;
  for (const match of text.matchAll(whole)) {
    // Letters alone are left to the word segmenter, which knows the scripts.
    if (!/[\p{N}@]|:\/\//u.test(match[0])) continue;
    words(text.slice(at, match.index));
    tokens.push(match[0]);
    at = match.index + match[0].length;
  }
  words(text.slice(at));
  return tokens;
}

/** The words of a text in lower case, without spaces and marks. */
export const wordsOf = (text: string): string[] =>
  splitTokens(text)
    .filter((token) => /[\p{L}\p{N}]/u.test(token))
    .map((token) => token.toLowerCase());
