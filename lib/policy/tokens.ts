const wordSegmenter = new Intl.Segmenter("en", { granularity: "word" });

const month =
  "(?:January|February|March|April|May|June|July|August|September|October|November|December|Januar|Jänner|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Jan|Feb|Mar|Mär|Apr|Jun|Jul|Aug|Sept?|Oct|Okt|Nov|Dec|Dez)";
const digit = "[0-9０-９]";
const nbsp = "[ \\u00a0\\u2009\\u202f]";
const money = "[$€£¥₹₩￥]";
const code = "(?:EUR|USD|GBP|CHF|JPY|CAD|AUD|Euro|euros?|dollars?|円|ドル|ユーロ)";
const multiple = "(?:thousand|million|billion|trillion|Tausend|Millionen|Million|Milliarden|Milliarde|Mio\\.?|Mrd\\.?)";
// Letters of scripts that put spaces between words; others would be swallowed whole.
const unspaced = "(?![\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}ー])";
const letter = `(?:${unspaced}[\\p{L}\\p{M}_])`;
const end = `(?!${unspaced}[\\p{L}\\p{N}])`;
const unit = `(?:${nbsp}?(?:[%‰％]|${money})(?![\\p{L}\\p{N}])|${nbsp}?(?:percent|per${nbsp}cent|Prozent|パーセント)|${nbsp}${multiple}${end}(?:${nbsp}(?:${money}|${code}${end}))?|${nbsp}?${code}${end})?`;
const counter =
  "(?:年間|年度|年|か月間|か月|ヶ月間|ヶ月|カ月|ヵ月|箇月|月|営業日|日間|日|時間|時|分|秒|週間|週|歳|才|名|人|件|回|条|項|号|章|節|倍|割)";
const kanji = "[〇一二三四五六七八九十百千]";
const sign = `(?<![\\p{L}\\p{N}])[-+−±]?`;
/** What is read as one thing and must never be cut: addresses, template tags, dates, numbers with sign and unit. */
const whole = new RegExp(
  [
    String.raw`\.{3}|…`,
    String.raw`\{%[^%{}]{0,300}%\}|\{\{[^{}]{0,300}\}\}`,
    String.raw`https?:\/\/[^\s<>()"“”「」。、]*[^\s<>()"“”「」。、.,;:!?]`,
    String.raw`[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,64}(?:\.[\p{L}\p{N}-]{1,64})+`,
    `(?:令和|平成|昭和)?(?:元|${digit}{1,4})年(?:${nbsp}?${digit}{1,2}月(?:${nbsp}?${digit}{1,2}日)?)?(?!間|度)`,
    `${digit}{1,2}月${digit}{1,2}日`,
    String.raw`(?<![\p{L}\p{N}])${digit}{1,2}(?:st|nd|rd|th|\.)?${nbsp}${month}${end}\.?(?:,?${nbsp}${digit}{4}${end})?`,
    String.raw`(?<![\p{L}\p{N}])${month}\.?${nbsp}${digit}{1,2}(?:st|nd|rd|th)?${end}(?:,?${nbsp}${digit}{4}${end})?`,
    String.raw`(?<![\p{L}\p{N}])${month}${nbsp}${digit}{4}${end}`,
    String.raw`(?:${sign}(?:(?:US|A|C)?${money}${nbsp}?|(?:EUR|USD|GBP|CHF|JPY)${nbsp}))?(?<![\p{L}\p{N}])${digit}{1,3}(?:${nbsp}${digit}{3})+${end}(?:[.,]${digit}+)?${unit}`,
    `(?:第?${kanji}+|第?${digit}+(?:[.,，．]${digit}+)*)(?:[万億]${digit}*)*(?:${counter}|円|[%％])(?:以内|間)?`,
    String.raw`(?:${sign}(?:(?:US|A|C)?${money}${nbsp}?|(?:EUR|USD|GBP|CHF|JPY)${nbsp})?)(?:${letter}{0,40}\p{N}(?:${letter}|\p{N})*)(?:[-‐‑‒–.,:/'’](?:${letter}|\p{N})+)*${unit}`,
    String.raw`${letter}{1,40}(?:[-‐‑'’]${letter}{1,40}){0,4}[-‐‑/.]\p{N}(?:${letter}|\p{N})*(?:[-‐‑.,:/](?:${letter}|\p{N})+)*${unit}`,
  ].join("|"),
  "gu",
);
const mayHoldWhole = /[\p{N}@{…]|:\/\/|\.\.\.|[〇一二三四五六七八九十百千]/u;

/** A word, value, sign or stretch of space of a text; `value` is a number, date, amount, address or template tag. */
export type Token = { text: string; start: number; value: boolean };

/** What a text consists of, in order and without a gap: joined the tokens are the text again. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const words = (part: string, offset: number) => {
    if (part === "") return;
    for (const { segment, index } of wordSegmenter.segment(part))
      tokens.push({ text: segment, start: offset + index, value: false });
  };
  let at = 0;
  if (mayHoldWhole.test(text))
    for (const match of text.matchAll(whole)) {
      words(text.slice(at, match.index), at);
      tokens.push({ text: match[0], start: match.index, value: !/^[.…]/.test(match[0]) });
      at = match.index + match[0].length;
    }
  words(text.slice(at), at);
  return tokens;
}

export const splitTokens = (text: string): string[] => tokensOf(text).map((token) => token.text);
