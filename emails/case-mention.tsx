import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type CaseMentionProps = {
  reference: string;
  /** Name of the colleague who wrote the note. */
  by: string;
};

export const caseMentionSubject = ({ reference, by }: CaseMentionProps): string => `${by} named you in ${reference}`;

/** To a colleague: that a note names them, never what it says. */
export function CaseMention({ reference, by }: CaseMentionProps) {
  return (
    <MailLayout
      title={`${by} named you in a note`}
      preview={`In case ${reference}.`}
      action={{ label: "Read the note", path: `/admin/cases/${reference}` }}
      reason={`Sent because you work at the privacy desk of ${config.company.name}.`}
    >
      <Paragraph>
        The note stands in case {reference}. It may hold personal details, so it is not in this mail.
      </Paragraph>
    </MailLayout>
  );
}

CaseMention.PreviewProps = { reference: "PR-7K2M-Q4XD", by: "Noa Lindqvist" } satisfies CaseMentionProps;
