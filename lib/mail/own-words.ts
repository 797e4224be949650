/** "On 3 May Ada wrote:" as mail programs put it, in the languages of the continent; at most three lines long. */
const attribution =
  /^(on\b.*\bwrote|am\b.*\bschrieb\b.*|le\b.*\ba écrit|el\b.*\bescribió|il\b.*\bha scritto|op\b.*\bschreef\b.*|em\b.*\bescreveu|den\b.*\bskrev\b.*)\s*:$/i;
/** Where a mail program sets the whole earlier mail below, without marks. */
const separator =
  /^(-{2,}\s*(original message|forwarded message|ursprüngliche nachricht|message d'origine|mensaje original)\s*-{2,}|_{16,})$/i;

const isQuote = (line: string) => /^\s*>/.test(line);
const isBlank = (line: string) => line.trim() === "";

/**
 * The words that the sender wrote now: without the earlier mail that programs repeat below. Answers written in between quoted
 * lines stay with them, since they mean nothing apart, and where nothing would be left everything stays.
 * @returns the beginning of `text`, trimmed
 */
export function ownWords(text: string): string {
  const lines = text.split("\n");
  const kept = lines.slice(0, endOfOwn(lines)).join("\n").trim();
  return kept || text.trim();
}

function endOfOwn(lines: string[]): number {
  const below = lines.findIndex((line, index) => separator.test(line.trim()) || isHeadBlock(lines, index));
  let end = below < 0 ? lines.length : below;
  while (end > 0 && isBlank(lines[end - 1] ?? "")) end--;
  const beforeQuotes = (() => {
    let at = end;
    while (at > 0 && (isBlank(lines[at - 1] ?? "") || isQuote(lines[at - 1] ?? ""))) at--;
    return at;
  })();
  const hasQuotes = lines.slice(beforeQuotes, end).some(isQuote);
  if (!hasQuotes) return end;
  for (let length = 1; length <= 3; length++) {
    const said = lines
      .slice(beforeQuotes - length, beforeQuotes)
      .join(" ")
      .trim()
      .slice(0, 500);
    if (beforeQuotes >= length && attribution.test(said)) return beforeQuotes - length;
  }
  return beforeQuotes;
}

/** "From: ... Sent: ... To: ...": the head of the earlier mail, as some programs set it. */
function isHeadBlock(lines: string[], index: number): boolean {
  if (!/^\*?(from|von|de|da|van):\*?\s/i.test(lines[index] ?? "")) return false;
  const next = lines.slice(index + 1, index + 6).join("\n");
  return (
    /^\*?(sent|date|gesendet|datum|envoyé|enviado|inviato|verzonden):/im.test(next) &&
    /^\*?(to|an|à|para|a|aan):/im.test(next)
  );
}
