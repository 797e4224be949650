import { randomBytes } from "node:crypto";
import { composeMail } from "../mail/message";
import { escapeHtml } from "./mail-template";
import type { NoticeContent } from "./render-notice";

/**
 * Writes one person's mail, as the JSON the mail service takes, into `target` from `at` on.
 * @param mail.to an address as `mailAddress` gives it; nothing else is safe here
 * @returns where it ends; the bytes are those of `JSON.stringify` of the whole message
 */
export type MailWriter = (
  target: Buffer,
  at: number,
  mail: { to: string; recipientId: string; timeZone: string },
) => number;

type Slot = "to" | "html" | "text" | "id";
/** The longest value of each: an address ends at 254 characters, each at most `&#x27;` in HTML; an id has 36. */
const longest: Record<Slot, number> = { to: 254, text: 254, html: 254 * 6, id: 36 };
type Template = { literals: Buffer[]; slots: Slot[]; most: number };

/**
 * The text of a notice, cut once at the places where people differ and made JSON once a time zone: a
 * person's mail is then a few copies of memory. Values are put in by place, escaped for where they stand,
 * never by a pattern that a value could steer; `mail-writer.property.test.ts` compares with whole renderings.
 */
export function mailWriter(
  content: NoticeContent,
  noticeId: string,
  effectiveAt: Temporal.Instant,
): { write: MailWriter; mostBytes: (timeZone: string) => number } {
  const zones = new Map<string, Template>();
  const templateOf = (zone: string): Template => {
    const known = zones.get(zone);
    if (known) return known;
    // A platform's column could name any number of zones; each template is about ten kilobytes.
    if (zones.size >= 500) zones.clear();
    const made = cut(content, noticeId, wordsOf(effectiveAt, zone));
    zones.set(zone, made);
    return made;
  };
  return {
    mostBytes: (zone) => templateOf(zone).most,
    write(target, at, { to, recipientId, timeZone }) {
      const { literals, slots } = templateOf(timeZone);
      const values: Record<Slot, string> = { to, text: to, html: escapeHtml(to), id: recipientId };
      let end = at;
      for (const [i, literal] of literals.entries()) {
        end += literal.copy(target, end);
        const slot = slots[i];
        // An address and an id hold neither a quote, a backslash nor a control character: they are their own JSON.
        if (slot) end += target.write(values[slot], end, "latin1");
      }
      return end;
    },
  };
}

function cut(content: NoticeContent, noticeId: string, words: { effective: string; day: string }): Template {
  // No text can hold this, so nothing but our own marks is a place.
  const nonce = randomBytes(16).toString("hex");
  const mark = (slot: Slot) => `${nonce}:${slot}:`;
  const fill = (text: string, safe: (value: string) => string, address: Slot) =>
    text.replace(/\{\{(effective|day|address)\}\}/g, (_, place: "effective" | "day" | "address") =>
      place === "address" ? mark(address) : safe(words[place]),
    );
  const plain = (value: string) => value;
  const message = composeMail(
    "somebody@example.com",
    {
      subject: fill(content.subject, plain, "text"),
      html: fill(content.html, escapeHtml, "html"),
      text: fill(content.text, plain, "text"),
    },
    // One thread per notice and person; ids only.
    { "X-Entity-Ref-ID": mark("id") },
  );
  message.to = [mark("to")];
  // The service's events carry the tags back: they find the row even when its answer to us was lost.
  message.tags = [
    { name: "notice", value: noticeId },
    { name: "recipient", value: mark("id") },
  ];
  const pieces = JSON.stringify(message).split(new RegExp(`${nonce}:(to|html|text|id):`));
  const literals = pieces.filter((_, i) => i % 2 === 0).map((text) => Buffer.from(text, "utf8"));
  const slots = pieces.filter((_, i) => i % 2 === 1) as Slot[];
  const lengths = [...literals.map((literal) => literal.length), ...slots.map((slot) => longest[slot])];
  return { literals, slots, most: lengths.reduce((sum, length) => sum + length, 0) };
}

/** The time of effect in words of a zone that `knownZone` let pass. */
export function wordsOf(effectiveAt: Temporal.Instant, timeZone: string): { effective: string; day: string } {
  const at = new Date(effectiveAt.epochMilliseconds);
  const date = { day: "numeric", month: "long", year: "numeric", timeZone } as const;
  return {
    day: new Intl.DateTimeFormat("en-GB", date).format(at),
    effective: new Intl.DateTimeFormat("en-GB", {
      ...date,
      hour: "2-digit",
      minute: "2-digit",
      timeZoneName: "short",
    }).format(at),
  };
}
