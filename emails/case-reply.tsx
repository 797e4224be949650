import type { CaseKind } from "../lib/cases/clocks";
import { kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { MailLayout, Panel, Paragraph } from "./layout";

export type CaseReplyProps = {
  reference: string;
  kind: CaseKind;
  /** The reply asks something and waits for the answer. */
  asksBack: boolean;
  /** The reply itself, for whoever asked through the public form; null for account holders, who read it there. */
  text: string | null;
  /** Where whoever has no account reads and answers. */
  statusPath?: string | null;
};

export const caseReplySubject = ({ reference, asksBack }: CaseReplyProps): string =>
  asksBack ? `A question about your request (${reference})` : `A reply to your request (${reference})`;

/** A person replied. */
export function CaseReply({ reference, kind, asksBack, text, statusPath = null }: CaseReplyProps) {
  const title = asksBack ? "We need to ask you something" : "You have a reply";
  return (
    <MailLayout
      title={title}
      preview={`About ${kindWords[kind].asked}, reference ${reference}.`}
      {...(text === null || statusPath
        ? { action: { label: "Read and answer", path: statusPath ?? `/account/requests/${reference}` } }
        : {})}
      reason={
        text === null
          ? `Sent because you asked ${config.company.name} for ${kindWords[kind].asked}. The reply itself may hold personal details, so it stands ${statusPath ? "on the page that this link opens" : "in your account"} and not in this mail.`
          : `Sent because this address asked us a question. Reply to this mail to go on, and leave ${reference} in the subject.`
      }
    >
      {text === null ? (
        <Paragraph>
          {asksBack
            ? `Our privacy team needs something from you before your request ${reference} can go on.`
            : `Our privacy team replied to your request ${reference}.`}
        </Paragraph>
      ) : (
        <>
          <Paragraph>About your question {reference}:</Paragraph>
          <Panel text={text} />
        </>
      )}
    </MailLayout>
  );
}

CaseReply.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "inquiry",
  asksBack: false,
  text: "Thank you for your question.\n\nWe keep usage logs for two years and delete them every night after that.",
} satisfies CaseReplyProps;
