import type { CaseKind } from "../lib/cases/clocks";
import { kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type CaseReceivedProps = {
  reference: string;
  kind: CaseKind;
  /** Until when a person replies, in words of the reader's zone. */
  replyBy: string;
};

export const caseReceivedSubject = ({ kind, reference }: CaseReceivedProps): string =>
  `We have your request: ${kindWords[kind].title.toLowerCase()} (${reference})`;

/** Confirms receipt of a request that a person answers. */
export function CaseReceived({ reference, kind, replyBy }: CaseReceivedProps) {
  return (
    <MailLayout
      title="We have your request"
      preview={`You asked for ${kindWords[kind].asked}. Reference ${reference}.`}
      action={{ label: "See your request", path: `/account/requests/${reference}` }}
      reason={`Sent because somebody signed in with this address and asked for ${kindWords[kind].asked}. Was that not you? Reply to this mail at once.`}
    >
      <Paragraph>You asked for {kindWords[kind].asked}.</Paragraph>
      <Facts
        facts={[
          ["Reference", reference],
          ["A person replies by", replyBy],
        ]}
      />
      <Paragraph>
        A person of our privacy team replies within {config.clocks.replyHours} hours, weekends included. You can add to
        your request at any time.
      </Paragraph>
    </MailLayout>
  );
}

CaseReceived.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "correction",
  replyBy: "30 November 2026 at 14:05 CET",
} satisfies CaseReceivedProps;
