import type { CaseKind } from "../lib/cases/clocks";
import { type DeclineGround, declineGrounds, kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { MailLayout, Panel, Paragraph } from "./layout";

export type CaseDecidedProps = {
  reference: string;
  kind: CaseKind;
  decision: "approved" | "partly" | "completed" | "declined";
  /** Of what was refused. */
  ground: DeclineGround | null;
  /** What staff wrote, for whoever asked through the public form; null for account holders. */
  text: string | null;
  /** Where whoever has no account reads and answers. */
  statusPath?: string | null;
};

export const caseDecidedSubject = ({ reference, decision }: CaseDecidedProps): string =>
  decision === "declined"
    ? `We declined your request (${reference})`
    : `Your request is done${decision === "partly" ? " in part" : ""} (${reference})`;

/** The end of a case; a refusal, whole or in part, carries its ground, the way to appeal and where to complain (L2). */
export function CaseDecided({ reference, kind, decision, ground, text, statusPath = null }: CaseDecidedProps) {
  const declined = decision === "declined";
  const refused = declined || decision === "partly";
  const { complaint, cases, company } = config;
  return (
    <MailLayout
      title={
        declined
          ? "We declined your request"
          : decision === "partly"
            ? "Your request is done in part"
            : "Your request is done"
      }
      preview={`About ${kindWords[kind].asked}, reference ${reference}.`}
      {...(text === null || statusPath
        ? {
            action: {
              label: "Read the answer",
              path: statusPath ?? `/account/requests/${reference}${refused ? "#appeal" : ""}`,
            },
          }
        : {})}
      after={
        refused ? (
          <Paragraph>
            If you think this is wrong, you can appeal within {cases.appealDays} days{" "}
            {statusPath ? "on that page" : text === null ? "in your account" : "by answering this mail"}: a privacy
            officer of {company.name} who did not decide it looks again and writes to you. You can also complain to{" "}
            {complaint.authority} ({complaint.address}) or go to court, at any time.
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
        {declined
          ? "We looked at it and cannot do it."
          : decision === "partly"
            ? "A part of it is done, and a part we cannot do."
            : "This is finished."}
      </Paragraph>
      {refused && ground ? <Paragraph>The ground: {declineGrounds[ground]}</Paragraph> : null}
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
