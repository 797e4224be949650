import { config } from "../trust-center.config";
import { MailLayout, MailLink, Paragraph } from "./layout";

export type PolicyWithdrawnProps = {
  number: number;
  /** When it was to take effect, in words of the reader's time zone. */
  effective: string;
  /** The day of it, for the subject. */
  day: string;
  /** The account holder's address, for the footer; null for who subscribed without an account. */
  address: string | null;
};

export const policyWithdrawnSubject = ({ day }: Pick<PolicyWithdrawnProps, "day">): string =>
  `Withdrawn: our privacy policy does not change on ${day}`;

/** Tells those who were told of a version that it will not take effect, account holders and subscribers. */
export function PolicyWithdrawn({ number, effective, address }: PolicyWithdrawnProps) {
  return (
    <MailLayout
      title="The announced policy change was withdrawn"
      preview={`Version ${number} does not take effect. Nothing changes for you.`}
      action={{ label: "Read the policy that holds", path: "/privacy" }}
      after={
        <Paragraph quiet>
          The <MailLink path={`/privacy/versions/${number}`}>withdrawn text</MailLink> stays on record.
          {address === null ? null : (
            <>
              {" "}
              What we sent you and when stands <MailLink path="/account/notices">in your account</MailLink>.
            </>
          )}
        </Paragraph>
      }
      reason={
        address === null
          ? `Sent because you asked at ${config.company.name}'s trust center to hear of policy changes.`
          : `Sent to ${address} because we had announced the change to this address. Mails about the privacy policy of ${config.company.productName} cannot be switched off.`
      }
    >
      <Paragraph>
        We told you that version {number} of our privacy policy would take effect on <strong>{effective}</strong>. We
        have withdrawn it: it does not take effect on that day or any other.
      </Paragraph>
      <Paragraph>The policy that holds today goes on as it is. You need to do nothing.</Paragraph>
    </MailLayout>
  );
}

PolicyWithdrawn.PreviewProps = {
  number: 2,
  effective: "4 February 2027 at 01:00 CET",
  day: "4 February 2027",
  address: "ada.winter@lumen-lifts.example",
} satisfies PolicyWithdrawnProps;
