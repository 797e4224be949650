import type { CaseKind } from "../lib/cases/clocks";
import { kindWords } from "../lib/cases/words";
import { config } from "../trust-center.config";
import { Facts, MailLayout, Panel, Paragraph } from "./layout";

export type ClockExtendedProps = {
  reference: string;
  kind: CaseKind;
  rule: "gdpr-1m" | "ccpa-45d";
  /** The reasons, as staff wrote them. */
  text: string;
  /** Until when the answer is due now, in words. */
  dueBy: string;
  statusPath: string | null;
};

export const clockExtendedSubject = ({ reference }: ClockExtendedProps): string =>
  `Your request takes longer (${reference})`;

/** The notice that makes an extension lawful: how long, why, and where to complain (GDPR 12(3) and (4), CCPR 7021(b)). */
export function ClockExtended({ reference, kind, rule, text, dueBy, statusPath }: ClockExtendedProps) {
  const { complaint } = config;
  return (
    <MailLayout
      title="Your request takes longer"
      preview={`The answer comes by ${dueBy}. Here is why.`}
      action={{ label: "Read or answer", path: statusPath ?? `/account/requests/${reference}` }}
      after={
        <Paragraph>
          If you think this is wrong, answer there and a person looks again. You can also complain to{" "}
          {complaint.authority} ({complaint.address}) or go to court, at any time.
        </Paragraph>
      }
      reason={`Sent because you asked ${config.company.name} for ${kindWords[kind].asked}, and the law makes us tell you why we need longer.`}
    >
      <Paragraph>
        You asked for {kindWords[kind].asked}. We need {rule === "gdpr-1m" ? "up to two months" : "up to 45 days"} more
        than we have. The reasons:
      </Paragraph>
      <Panel text={text} />
      <Facts
        facts={[
          ["Reference", reference],
          ["The answer comes by", dueBy],
        ]}
      />
    </MailLayout>
  );
}

ClockExtended.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "objection",
  rule: "gdpr-1m",
  text: "Your objection concerns three systems, and for one of them we have to ask a provider first.",
  dueBy: "1 March 2027 at 23:59 UTC",
  statusPath: null,
} satisfies ClockExtendedProps;
