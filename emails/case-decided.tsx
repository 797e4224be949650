import type { CaseKind } from "../lib/cases/clocks";
import { type DeclineGround, declineGrounds, kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { MailLayout, Panel, Paragraph } from "./layout";

export type CaseDecidedProps = {
  reference: string;
  kind: CaseKind;
  decision: "approved" | "completed" | "declined";
  ground: DeclineGround | null;
  /** What staff wrote, for whoever asked through the public form; null for account holders. */
  text: string | null;
  /** Where whoever has no account reads and answers. */
  statusPath?: string | null;
};

export const caseDecidedSubject = ({ reference, decision }: CaseDecidedProps): string =>
  decision === "declined" ? `We declined your request (${reference})` : `Your request is done (${reference})`;

/** The end of a case; a refusal carries its ground and where to complain (L2). */
export function CaseDecided({ reference, kind, decision, ground, text, statusPath = null }: CaseDecidedProps) {
  const declined = decision === "declined";
  const { complaint } = config;
  return (
    <MailLayout
      title={declined ? "We declined your request" : "Your request is done"}
      preview={`About ${kindWords[kind].asked}, reference ${reference}.`}
      {...(text === null || statusPath
        ? { action: { label: "Read the answer", path: statusPath ?? `/account/requests/${reference}` } }
        : {})}
      after={
        declined ? (
          <Paragraph>
            If you think this is wrong, answer{" "}
            {statusPath ? "on that page" : text === null ? "in your account" : "this mail"} and a person looks again.
            You can also complain to {complaint.authority} ({complaint.address}) or go to court, at any time.
          </Paragraph>
        ) : null
      }
      reason={
        text === null
          ? `Sent because you asked ${config.company.name} for ${kindWords[kind].asked}. The details may be personal, so they stand ${statusPath ? "on the page that this link opens" : "in your account"} and not in this mail.`
          : "Sent because this address asked us a question."
      }
    >
      <Paragraph>
        You asked for {kindWords[kind].asked} (reference {reference}).{" "}
        {declined ? "We looked at it and cannot do it." : "This is finished."}
      </Paragraph>
      {declined && ground ? <Paragraph>The ground: {declineGrounds[ground]}</Paragraph> : null}
      {text === null ? null : <Panel text={text} />}
    </MailLayout>
  );
}

CaseDecided.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "correction",
  decision: "declined",
  ground: "legal-obligation",
  text: null,
} satisfies CaseDecidedProps;
