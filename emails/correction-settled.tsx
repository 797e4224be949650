import { type DeclineGround, declineGrounds } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type CorrectionSettledProps = {
  reference: string;
  /** Names of the fields, never their values. */
  corrected: string[];
  declined: { label: string; ground: DeclineGround | null }[];
  /** The status page, for an agent; null for the person, whose account shows the values. */
  statusPath: string | null;
};

export const correctionSettledSubject = ({ reference, corrected }: CorrectionSettledProps): string =>
  corrected.length > 0 ? `We put your data right (${reference})` : `We declined your correction (${reference})`;

/** The end of a correction: what was put right, and of what was not the ground and where to complain (L2). */
export function CorrectionSettled({ reference, corrected, declined, statusPath }: CorrectionSettledProps) {
  const { complaint } = config;
  return (
    <MailLayout
      title={corrected.length > 0 ? "We put your data right" : "We declined your correction"}
      preview={`About the correction you asked for, reference ${reference}.`}
      action={
        statusPath
          ? { label: "See how it stands", path: statusPath }
          : { label: "See before and after", path: `/account/requests/${reference}` }
      }
      after={
        declined.length > 0 ? (
          <Paragraph>
            The reasons in full stand {statusPath ? "on that page" : "in your account"}. If you think this is wrong,
            answer there and a person looks again. You can also complain to {complaint.authority} ({complaint.address})
            or go to court, at any time.
          </Paragraph>
        ) : null
      }
      reason={`Sent because you asked ${config.company.name} for a correction. The values are personal, so they stand in ${statusPath ? "the person's" : "your"} account and not in this mail.`}
    >
      {corrected.length > 0 ? (
        <>
          <Paragraph>This now stands as you asked, and the providers that received it are told:</Paragraph>
          <Facts facts={[["Put right", corrected.join(", ")]]} />
        </>
      ) : null}
      {declined.length > 0 ? (
        <>
          <Paragraph>This stays as it is:</Paragraph>
          <Facts facts={declined.map(({ label, ground }) => [label, ground ? declineGrounds[ground] : "Declined"])} />
        </>
      ) : null}
    </MailLayout>
  );
}

CorrectionSettled.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  corrected: ["Full name", "Phone"],
  declined: [{ label: "Hourly rate", ground: "correct-as-it-is" }],
  statusPath: null,
} satisfies CorrectionSettledProps;
