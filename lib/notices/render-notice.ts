import type { TemplateProps } from "../../emails/registry";
import { renderMail } from "../mail/render-mail";
import type { Highlight } from "../policy/queries";
import type { ToldClause } from "../policy/tell-changes";

/** A notice in one language; `{{effective}}`, `{{day}}` and `{{address}}` differ from person to person. */
export type NoticeContent = { language: string; subject: string; html: string; text: string };

/** What fills the places: the time of effect and its day in words of a person's time zone, and where it was sent. */
export type Places = { effective: string; day: string; address: string };

const places: Places = { effective: "{{effective}}", day: "{{day}}", address: "{{address}}" };

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

type Version = { number: number; previous: number | null };
/** The changed clauses word by word, and how many more there are. */
export type ToldChanges = { told: ToldClause[]; left: number };
type Shown = Pick<Highlight, "kind" | "sentence" | "oldText" | "newText">;

/** What the announcement's template is given; with the places for all, or with one person's values. */
export function announcementProps(
  version: Version,
  highlights: Shown[],
  values: Places,
  changes: ToldChanges | null = null,
): TemplateProps<"policy-notice"> {
  return {
    ...version,
    ...values,
    highlights: highlights.map(({ kind, sentence, oldText, newText }) => ({
      label: highlightLabels[kind],
      sentence: literal(sentence),
      oldText: oldText === null ? null : literal(oldText),
      newText: newText === null ? null : literal(newText),
    })),
    changes: changes && { told: changes.told.map(literalClause), left: changes.left },
  };
}

/** Renders the announcement once for a language; all mails of that language share these bytes. */
export async function renderAnnouncement(
  language: string,
  version: Version,
  highlights: Shown[],
  changes: ToldChanges | null = null,
): Promise<NoticeContent> {
  const props = announcementProps(version, highlights, places, changes);
  return { language, ...(await renderMail("policy-notice", props, notice)) };
}

/** Renders the withdrawal of a version once for a language. */
export async function renderWithdrawal(language: string, { number }: { number: number }): Promise<NoticeContent> {
  return { language, ...(await renderMail("policy-withdrawn", { number, ...places }, notice)) };
}

/** Lines are not broken: where they break would depend on what is put in later. */
export const notice = { wordwrap: false } as const;

// Braces that somebody wrote into a highlight must not become places to fill.
const literal = (text: string): string => text.replaceAll("{{", "{\u2060{");

/** Nor those that stand in a policy. */
const literalClause = (clause: ToldClause): ToldClause =>
  JSON.parse(JSON.stringify(clause), (_, value: unknown) => (typeof value === "string" ? literal(value) : value));
