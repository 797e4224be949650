import { categoryWords } from "../lib/data-map/category-words";
import type { PolicyCategory } from "../lib/data-map/types";
import {
  type AuthorityKind,
  authorityWords,
  type DisclosureGround,
  type DisclosureOutcome,
  disclosureGroundWords,
} from "../lib/disclosures/words";
import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type DisclosureProps = {
  authority: AuthorityKind;
  ground: DisclosureGround;
  outcome: DisclosureOutcome;
  given: string[];
  /** As `2026-03-01`. */
  receivedOn: string;
  /** We were not allowed to say so earlier. */
  wasSealed: boolean;
};

export const disclosureSubject = ({ outcome }: DisclosureProps): string =>
  outcome === "refused" ? "An authority asked for your data, and we refused" : "An authority received data about you";

/** Tells somebody that an authority asked for their data. The details stand in their account, not in the mail. */
export function Disclosure({ authority, ground, outcome, given, receivedOn, wasSealed }: DisclosureProps) {
  const { name } = config.company;
  const labels = given.map((one) => categoryWords[one as PolicyCategory]?.label.toLowerCase() ?? one);
  const { label, source } = disclosureGroundWords[ground];
  return (
    <MailLayout
      title={outcome === "refused" ? "An authority asked for your data" : "An authority received data about you"}
      preview={
        outcome === "refused" ? "We refused and gave nothing." : "What was asked for, why, and what it was given."
      }
      action={{ label: "See it in your account", path: "/account/access#disclosures" }}
      after={
        <Paragraph>
          You can ask us about it in your account, complain to {config.complaint.authority} ({config.complaint.address})
          or go to court.
        </Paragraph>
      }
      reason={`Sent because the demand was about your account with ${name}. You cannot switch this mail off.`}
    >
      <Paragraph>
        On {receivedOn} {name} received a demand for data about you from {authorityWords[authority].one}. The ground:{" "}
        {label.toLowerCase()} ({source}).
      </Paragraph>
      <Paragraph>
        {outcome === "refused"
          ? "We refused it and gave nothing."
          : `${outcome === "narrowed" ? "We gave less than was asked for" : "We gave what was asked for"}: ${labels.join(", ")}.`}
      </Paragraph>
      {wasSealed ? <Paragraph>Until now we were not allowed to tell you.</Paragraph> : null}
    </MailLayout>
  );
}

Disclosure.PreviewProps = {
  authority: "law-enforcement",
  ground: "court-order",
  outcome: "narrowed",
  given: ["collect.account", "collect.logs"],
  receivedOn: "2026-03-01",
  wasSealed: true,
} satisfies DisclosureProps;
