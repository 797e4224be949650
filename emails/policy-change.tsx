import { config } from "../trust-center.config";
import { MailLayout, Panel, Paragraph } from "./layout";

export type PolicyChangeProps = {
  number: number;
  /** When it takes effect, in words, with its zone. */
  effective: string;
  /** A sentence for each significant change, most important first. */
  highlights: string[];
};

export const policyChangeSubject = ({ number }: PolicyChangeProps): string =>
  `Version ${number} of ${config.company.name}'s privacy policy was announced`;

/** An announced version, for somebody who subscribed without an account: the changes themselves, as in the notice. */
export function PolicyChange({ number, effective, highlights }: PolicyChangeProps) {
  const { name } = config.company;
  return (
    <MailLayout
      title={`${name}'s privacy policy is changing`}
      preview={`Version ${number} takes effect on ${effective}.`}
      action={{ label: "Read the new policy", path: `/privacy/versions/${number}` }}
      reason={`Sent because you asked at ${name}'s trust center to hear of policy changes.`}
    >
      <Paragraph>
        Version {number} takes effect on <strong>{effective}</strong>.{" "}
        {highlights.length > 0 ? "These are the significant changes, most important first:" : ""}
      </Paragraph>
      {highlights.map((sentence) => (
        <Panel key={sentence} text={sentence} />
      ))}
    </MailLayout>
  );
}

PolicyChange.PreviewProps = {
  number: 2,
  effective: "4 February 2027 at 00:00 UTC",
  highlights: ["Usage logs are deleted after one year instead of two."],
} satisfies PolicyChangeProps;
