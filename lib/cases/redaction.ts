/** On which ground staff leave something out of a message, or take one out of view: for the desk's list, and for the person. */
export const messageGrounds = {
  "rights-of-others": { desk: "It is about somebody else", person: "it is about another person" },
  misdirected: { desk: "It belongs to somebody else's case", person: "it belongs to another request" },
  mistaken: { desk: "It was wrong", person: "it was wrong" },
  secret: {
    desk: "A password, or a number of a document or card",
    person: "it is a secret that nobody should read here",
  },
  "trade-secret": { desk: "A company's trade secret", person: "it would give away another company's trade secret" },
} as const;
export type MessageGround = keyof typeof messageGrounds;
export const messageGroundKeys = Object.keys(messageGrounds) as [MessageGround, ...MessageGround[]];

/** Something that was left out of a message. */
export type Bar = { id: string; ground: MessageGround; whole: boolean; at: string };
/** A run of what was written, or the bar in its place. */
export type MessagePart = { text: string } | { bar: Bar };

/** The longest and the shortest passage that is left out at once. */
export const passageLimits = { least: 2, most: 2000 };

// Private characters around an id that only exists once something was left out: what a person types is never taken for a bar.
const markOf = (id: string): string => `\u{E000}${id}\u{E001}`;
const mark = /\u{E000}([0-9a-f-]{36})\u{E001}/u;

/** What was written, cut at the bars; a mark that names none of them is text. */
export function partsOf(text: string, bars: readonly Bar[]): MessagePart[] {
  const parts: MessagePart[] = [];
  const add = (run: string) => {
    const last = parts.at(-1);
    if (run === "") return;
    if (last && "text" in last) last.text += run;
    else parts.push({ text: run });
  };
  for (const [index, run] of text.split(mark).entries()) {
    const isId = index % 2 === 1;
    const bar = isId ? bars.find(({ id }) => id === run) : undefined;
    if (bar) parts.push({ bar });
    else add(isId ? markOf(run) : run);
  }
  return parts;
}

/** The same for where only text can stand, such as a mail. */
export const plainText = (parts: readonly MessagePart[]): string =>
  parts.map((part) => ("text" in part ? part.text : `[left out: ${messageGrounds[part.bar.ground].person}]`)).join("");

/**
 * The text without a passage, wherever it stands, word for word; what was left out before is not searched.
 * @returns null when it does not stand there
 */
export function leaveOut(text: string, passage: string, id: string, bars: readonly Bar[]): string | null {
  let found = false;
  const left = partsOf(text, bars).map((part) => {
    if ("bar" in part) return markOf(part.bar.id);
    const runs = part.text.split(passage);
    found ||= runs.length > 1;
    return runs.join(markOf(id));
  });
  return found ? left.join("") : null;
}

/** What stands in place of a message that was taken out of view. */
export const nothingBut = (id: string): string => markOf(id);
