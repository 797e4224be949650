import { composeMail, type MailMessage } from "../mail/message";
import { renderMail } from "../mail/render-mail";
import type { Highlight } from "../policy/queries";

/** The announcement in one language; `{{effective}}`, `{{day}}` and `{{address}}` differ from person to person. */
export type NoticeContent = { language: string; subject: string; html: string; text: string };

/** What each kind of highlight is called in the mail. */
export const highlightLabels: Record<Highlight["kind"], string> = {
  "new-data": "New data",
  "new-purpose": "New purpose",
  "new-recipient": "New recipient",
  "retention-longer": "Kept longer",
  "retention-shorter": "Kept shorter",
  "right-added": "New right",
  "right-narrowed": "Right narrowed",
  contact: "Contact",
  wording: "Wording",
};

/** Renders the announcement once for a language; all mails of that language share these bytes. */
export async function renderNotice(
  language: string,
  version: { number: number; previous: number | null },
  highlights: Highlight[],
): Promise<NoticeContent> {
  const mail = await renderMail("policy-notice", {
    ...version,
    effective: "{{effective}}",
    day: "{{day}}",
    address: "{{address}}",
    highlights: highlights.map(({ kind, sentence, oldText, newText }) => ({
      label: highlightLabels[kind],
      sentence: literal(sentence),
      oldText: oldText === null ? null : literal(oldText),
      newText: newText === null ? null : literal(newText),
    })),
  });
  return { language, ...mail };
}

// Braces that somebody wrote into a highlight must not become places to fill.
const literal = (text: string): string => text.replaceAll("{{", "{\u2060{");

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** A zone the platform named, or UTC when it is none. */
function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

const formats = new Map<string, { day: Intl.DateTimeFormat; full: Intl.DateTimeFormat }>();

function formatsOf(zone: string) {
  const known = formats.get(zone);
  if (known) return known;
  const date = { day: "numeric", month: "long", year: "numeric", timeZone: knownZone(zone) } as const;
  const made = {
    day: new Intl.DateTimeFormat("en-GB", date),
    full: new Intl.DateTimeFormat("en-GB", { ...date, hour: "2-digit", minute: "2-digit", timeZoneName: "short" }),
  };
  if (formats.size > 600) formats.clear();
  formats.set(zone, made);
  return made;
}

/**
 * One person's mail. Values are put in by exact places, escaped for where they stand, never by a
 * pattern that a value could steer.
 * @throws MailRefused when the address is none
 */
export function personalMail(
  content: NoticeContent,
  effectiveAt: Temporal.Instant,
  recipient: { id: string; noticeId: string; address: string; timeZone: string },
): MailMessage {
  const at = new Date(effectiveAt.epochMilliseconds);
  const zone = formatsOf(recipient.timeZone);
  const values: Record<string, string> = {
    "{{effective}}": zone.full.format(at),
    "{{day}}": zone.day.format(at),
    "{{address}}": recipient.address,
  };
  const fill = (text: string, safe: (value: string) => string): string =>
    text.replace(/\{\{(?:effective|day|address)\}\}/g, (place) => safe(values[place] ?? ""));
  const plain = (value: string) => value;
  const mail = composeMail(
    recipient.address,
    { subject: fill(content.subject, plain), html: fill(content.html, escapeHtml), text: fill(content.text, plain) },
    // One thread per notice and person; ids only.
    { "X-Entity-Ref-ID": recipient.id },
  );
  // The service's events carry the tags back: they find the row even when its answer to us was lost.
  mail.tags = [
    { name: "notice", value: recipient.noticeId },
    { name: "recipient", value: recipient.id },
  ];
  return mail;
}
