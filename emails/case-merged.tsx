import type { CaseKind } from "../lib/cases/clocks";
import { kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type CaseMergedProps = {
  /** The younger case, which was closed. */
  reference: string;
  /** The older one, under which both are answered. */
  into: string;
  kind: CaseKind;
  /** Asked from an account, where both can be seen. */
  account: boolean;
};

export const caseMergedSubject = ({ reference, into }: CaseMergedProps): string =>
  `We answer ${reference} together with ${into}`;

/** Two cases of one person for the same are answered as one. */
export function CaseMerged({ reference, into, kind, account }: CaseMergedProps) {
  return (
    <MailLayout
      title="One answer for both"
      preview={`You asked twice for the same. Both are answered under ${into}.`}
      {...(account ? { action: { label: "See where it stands", path: `/account/requests/${into}` } } : {})}
      reason={`Sent because you asked ${config.company.name} for ${kindWords[kind].asked} twice.${
        account ? "" : ` Reply to this mail to go on, and leave ${into} in the subject.`
      }`}
    >
      <Paragraph>
        You asked us for {kindWords[kind].asked} twice, as {into} and as {reference}. So that you get one answer and not
        two, everything goes on under {into}.
      </Paragraph>
      <Paragraph>
        We read what you wrote in both. The time we have to answer counts from the first one, so this costs you nothing.
      </Paragraph>
    </MailLayout>
  );
}

CaseMerged.PreviewProps = {
  reference: "PR-9V3D-2HXA",
  into: "PR-7K2M-Q4XD",
  kind: "objection",
  account: true,
} satisfies CaseMergedProps;
