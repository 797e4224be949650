const months =
  "Januar|Jänner|Februar|Feber|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez";

/** A full stop after these ends no sentence, whatever follows. */
const alwaysOpen = new RegExp(
  `(?:^|[\\s("'“„])(?:${[
    "e\\.\\s?g|i\\.\\s?e|cf|vs|viz|resp|approx|art|arts|sec|secs|para|paras|fig|mr|mrs|ms|dr|prof|st|mt|rev|hon",
    "z\\.\\s?B|d\\.\\s?h|u\\.\\s?a|u\\.\\s?U|z\\.\\s?T|o\\.\\s?g|o\\.\\s?ä|s\\.\\s?o|s\\.\\s?u|i\\.\\s?d\\.\\s?R|i\\.\\s?S\\.\\s?d|i\\.\\s?V\\.\\s?m|i\\.\\s?S\\.\\s?v|a\\.\\s?F|n\\.\\s?F",
    "bzw|ggf|vgl|sog|gem|evtl|inkl|zzgl|ca|lit|abs|nr|ziff|buchst|rn|rdnr|s|bspw|einschl|entspr|insb|str|tel|usf|max|min|mind",
  ].join("|")})\\.$`,
  "i",
);
/** A full stop after these ends a sentence only when one plainly begins behind it. */
const sometimesOpen =
  /(?:^|[\s("'“„])(?:(?:\p{L}\.){2,}|\p{Lu}\.|(?:etc|inc|ltd|co|corp|bros|jr|sr|dept|usw|ff|llc|plc|gmbh|u\.\s?ä|u\.\s?s\.\s?w)\.)$/iu;
const opener =
  /^["'“„‘«(]?(?:We|You|Your|Our|The|This|These|Those|They|If|In|It|For|When|Where|While|Please|To|As|At|By|On|All|Any|No|Such|Under|With|Some|However|Also|Wir|Sie|Ihre?|Der|Die|Das|Diese[rsnm]?|Wenn|Falls|Im|Für|Bei|Es|Soweit|Sofern|Ein|Eine|Zu|Nach|Dazu|Dabei|Unsere?)(?![\p{L}\p{N}])/u;
/** German ordinals: "am 25. Mai", "der 3. Werktag". */
const ordinal =
  /(?:^|[\s(])(?:am|zum|vom|bis|beim|seit|im|ab|der|die|das|dem|den|des|jede[rnms]?|und|oder)\s\d{1,2}\.$/i;
const monthBehind = new RegExp(`^(?:${months})(?![\\p{L}])`, "u");

const enders = /[.!?…。！？｡]+/g;
const closers = ")]}\"'”’»›」』）】〉》*";
const wide = /[。！？｡]/;
const isSpace = (char: string): boolean => char !== "" && /\s/.test(char);

/**
 * Sentences of a text, each with the white space behind it: joined they are the text again. Our own rather than UAX #29,
 * which ends German and English sentences at abbreviations and ordinals. What stands in a Liquid tag is never cut.
 */
export function splitSentences(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  enders.lastIndex = 0;
  for (let found = enders.exec(text); found; found = enders.exec(text)) {
    const [signs] = found;
    const last = found.index + signs.length;
    let at = last;
    while (at < text.length && closers.includes(text.charAt(at))) at++;
    const closed = at;
    while (at < text.length && isSpace(text.charAt(at))) at++;
    enders.lastIndex = Math.max(at, last);
    if (at >= text.length) break;
    const isWide = wide.test(signs.at(-1) ?? "");
    if (!isWide && at === closed) continue;
    if (!isWide && !endsHere(text, start, last, signs, at)) continue;
    if (inTag(text, start, last)) continue;
    pieces.push(text.slice(start, at));
    start = at;
  }
  if (start < text.length) pieces.push(text.slice(start));
  return pieces;
}

/** Whether the signs that end at `last` end the sentence begun at `start`, given what follows at `next`. */
function endsHere(text: string, start: number, last: number, signs: string, next: number): boolean {
  const following = text.slice(next, next + 24);
  if (/^[\p{Ll},;:)\]]/u.test(following)) return false;
  if (signs !== ".") return true;
  const before = text.slice(Math.max(start, last - 24), last);
  // "2. Scope": a number alone is the name of what follows.
  if (/^\s*(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})\.$/i.test(text.slice(start, last).slice(0, 16))) return false;
  if (/\d\.$/.test(before) && (monthBehind.test(following) || ordinal.test(before))) return false;
  if (/(?:^|[\s(])nos?\.$/i.test(before)) return !/^\d/.test(following);
  if (alwaysOpen.test(before)) return false;
  return !sometimesOpen.test(before) || opener.test(following);
}

/** Whether a `{{` or `{%` of the last 300 characters is still open. */
function inTag(text: string, start: number, at: number): boolean {
  const before = text.slice(Math.max(start, at - 300), at);
  const open = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  return open !== -1 && !/[}%]\}/.test(before.slice(open));
}
