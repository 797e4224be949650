import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type DeletionCancelledProps = {
  reference: string;
  /** Whether the mail's link or the page was used. */
  from: "mail" | "page";
};

export const deletionCancelledSubject = (): string => "The deletion is cancelled";

/** A planned deletion will not happen. */
export function DeletionCancelled({ reference, from }: DeletionCancelledProps) {
  return (
    <MailLayout
      title="The deletion is cancelled"
      preview="Nothing was deleted. Your account stays as it is."
      action={{ label: "See your account", path: "/account" }}
      reason={`Sent because a deletion was planned for this account at ${config.company.name}.`}
    >
      <Paragraph>
        The planned deletion ({reference}) was cancelled {from === "mail" ? "with the link in our mail" : "on our page"}
        . Nothing was deleted, and your account stays as it is.
      </Paragraph>
      <Paragraph>If you did not do this, ask for the deletion again in your account.</Paragraph>
    </MailLayout>
  );
}

DeletionCancelled.PreviewProps = { reference: "PR-7K2M-Q4XD", from: "mail" } satisfies DeletionCancelledProps;
