import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type ProcessingLiftProps = {
  reference: string;
  kind: "objection" | "restriction";
  /** The use in a sentence, such as "every use". */
  what: string;
  /** Why it ends, a sentence. */
  ground: string;
  /** When, in words of the reader's zone. */
  liftsAt: string;
};

const name = ({ kind, what }: Pick<ProcessingLiftProps, "kind" | "what">) =>
  kind === "objection" ? `your objection to ${what}` : `the limit on ${what}`;

export const processingLiftSubject = (props: ProcessingLiftProps): string =>
  `From ${props.liftsAt} we no longer apply ${name(props)}`;

/** Told before a limit that a person asked for is lifted (GDPR 18(3)). */
export function ProcessingLift({ reference, kind, what, ground, liftsAt }: ProcessingLiftProps) {
  return (
    <MailLayout
      title="A limit you asked for ends"
      preview={`Until ${liftsAt} nothing changes. You can say something against it before.`}
      action={{ label: "Read the reasons and answer", path: `/account/requests/${reference}` }}
      reason={`Sent because you asked ${config.company.name} to limit the use of your data, and the law has us tell you before that ends.`}
    >
      <Paragraph>
        From the time below on we no longer apply {name({ kind, what })}. {ground}
      </Paragraph>
      <Facts
        facts={[
          ["Reference", reference],
          ["It stands until", liftsAt],
        ]}
      />
      <Paragraph>
        If you think that is wrong, write to us on your request's page before then: it stands until a person has
        answered you. You can also complain to {config.complaint.authority}, or go to court, at any time.
      </Paragraph>
    </MailLayout>
  );
}

ProcessingLift.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  kind: "restriction",
  what: "every use",
  ground: "What was disputed was checked, and put right where it was wrong.",
  liftsAt: "14 December 2026 at 14:05 CET",
} satisfies ProcessingLiftProps;
