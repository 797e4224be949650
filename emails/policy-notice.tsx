import { Section, Text } from "@react-email/components";
import type { ToldClause } from "../lib/policy/tell-changes";
import { config } from "../trust-center.config";
import { MailChanges } from "./changes";
import { MailLayout, MailLink, Paragraph } from "./layout";

export type NoticeHighlight = {
  /** Such as "Kept shorter". */
  label: string;
  sentence: string;
  oldText: string | null;
  newText: string | null;
};

export type PolicyNoticeProps = {
  number: number;
  /** The version in force now; null when this is the first. */
  previous: number | null;
  /** When it takes effect, in words of the reader's time zone. */
  effective: string;
  /** The day of it, for the subject. */
  day: string;
  highlights: NoticeHighlight[];
  /** The changed clauses word by word, and how many more there are; nothing where there is no text to compare with. */
  changes?: { told: ToldClause[]; left: number } | null;
  /** The reader's address, for the footer. */
  address: string;
};

export const policyNoticeSubject = ({ day }: Pick<PolicyNoticeProps, "day">): string =>
  `Our privacy policy changes on ${day}`;

const value = { fontSize: "16px", lineHeight: "1.55", margin: "0 0 4px", color: "#16181d" } as const;

/** The announcement of a policy version: it carries the significant changes themselves (change.highlights). */
export function PolicyNotice({ number, previous, effective, highlights, changes = null, address }: PolicyNoticeProps) {
  const name = config.company.name;
  return (
    <MailLayout
      title={`${name}'s privacy policy is changing`}
      preview={`Version ${number}: what changes for you, in ${highlights.length} points, and from when.`}
      action={
        previous === null
          ? { label: "Read the new policy", path: `/privacy/versions/${number}` }
          : { label: "Compare old and new", path: `/privacy/changes/${previous}/${number}` }
      }
      after={
        <>
          <Paragraph>
            You need to do nothing to keep your account. Using {config.company.productName} after that date counts as
            accepting the new version. If you do not want that, you can{" "}
            <MailLink path="/account">take a copy of your data, limit its use or delete it</MailLink> at any time,
            before or after.
          </Paragraph>
          <Paragraph quiet>
            The <MailLink path={`/privacy/versions/${number}`}>whole new text</MailLink> is public, with every earlier
            version. What we sent you and when stands <MailLink path="/account/notices">in your account</MailLink>.
          </Paragraph>
        </>
      }
      reason={`Sent to ${address} because this address has an account at ${config.company.productName}. We promise to tell every account holder at least ${config.clocks.noticeDays} days before a significant change, so this kind of mail cannot be switched off.`}
    >
      <Paragraph>
        Version {number} takes effect on <strong>{effective}</strong>.{" "}
        {highlights.length > 0 ? "These are the significant changes, most important first:" : ""}
      </Paragraph>
      {highlights.map((highlight) => (
        <Section
          key={`${highlight.label} ${highlight.sentence}`}
          className="rule"
          style={{ borderTop: "1px solid #dedfd9", padding: "14px 0 10px" }}
        >
          <Text className="muted" style={{ fontSize: "14px", fontWeight: 600, margin: "0 0 4px", color: "#5c6270" }}>
            {highlight.label}
          </Text>
          <Text className="ink" style={{ ...value, margin: "0 0 8px" }}>
            {highlight.sentence}
          </Text>
          {highlight.oldText === null ? null : (
            <Text className="muted" style={{ ...value, color: "#5c6270" }}>
              Until now: {highlight.oldText}
            </Text>
          )}
          {highlight.newText === null ? null : (
            <Text className="ink" style={value}>
              From then on: {highlight.newText}
            </Text>
          )}
        </Section>
      ))}
      {changes && changes.told.length > 0 ? (
        <>
          <Paragraph>
            <strong>Every change, word by word.</strong> <del className="del">Crossed out</del> is gone,{" "}
            <ins className="ins">underlined</ins> is new.
          </Paragraph>
          <MailChanges told={changes.told} />
        </>
      ) : null}
      {changes && changes.left > 0 ? (
        <Paragraph>
          {changes.left === 1 ? "One more clause changes" : `${changes.left} more clauses change`}; the comparison has
          every word of it.
        </Paragraph>
      ) : null}
    </MailLayout>
  );
}

PolicyNotice.PreviewProps = {
  number: 2,
  previous: 1,
  effective: "4 February 2027 at 01:00 CET",
  day: "4 February 2027",
  highlights: [
    {
      label: "Kept shorter",
      sentence: "Usage logs are deleted after one year instead of two.",
      oldText: "Usage logs are kept for 2 years.",
      newText: "Usage logs are kept for 1 year.",
    },
    {
      label: "New recipient",
      sentence: "Support tools join the kinds of company that may process your data for us.",
      oldText: null,
      newText: "customer support tools",
    },
  ],
  changes: {
    told: [
      {
        id: "retention",
        heading: "How long we keep it",
        what: null,
        blocks: [
          { unchanged: 3 },
          {
            kind: "item",
            depth: 0,
            said: [
              { kind: "text", text: "We keep usage logs for " },
              { kind: "del", text: "2 years", targets: [] },
              { kind: "ins", text: "1 year", targets: [] },
              { kind: "text", text: "." },
            ],
          },
        ],
      },
    ],
    left: 1,
  },
  address: "ada.winter@lumen-lifts.example",
} satisfies PolicyNoticeProps;
