import { config } from "../trust-center.config";
import { Facts, MailLayout, MailLink, Paragraph } from "./layout";

export type DeletionScheduledProps = {
  reference: string;
  scope: "person" | "company";
  /** End of the grace period, in words of the reader's zone. */
  graceEnds: string;
  /** Opens the page that cancels. */
  token: string;
};

export const deletionScheduledSubject = ({ scope }: DeletionScheduledProps): string =>
  scope === "company" ? "Deletion of your company account is planned" : "Deletion of your data is planned";

/** A deletion was asked for: what will happen, when, and the one-click way to stop it. */
export function DeletionScheduled({ reference, scope, graceEnds, token }: DeletionScheduledProps) {
  return (
    <MailLayout
      title={deletionScheduledSubject({ reference, scope, graceEnds, token })}
      preview={`Nothing is deleted before ${graceEnds}. You can cancel with one click.`}
      action={{ label: "Cancel the deletion", path: `/account/deletion/cancel?token=${token}` }}
      after={
        <Paragraph>
          If you want it to happen, do nothing. You can still{" "}
          <MailLink path="/account/requests/new?kind=access">take a copy of your data</MailLink> first.
        </Paragraph>
      }
      reason={`Sent because somebody signed in with this address asked ${config.company.name} to delete ${scope === "company" ? "the company account" : "their data"}. Was that not you? Cancel it, then reply to this mail.`}
    >
      <Paragraph>
        We have your request to delete {scope === "company" ? "your whole company account" : "your data"}. Nothing has
        been deleted yet.
      </Paragraph>
      <Facts
        facts={[
          ["Reference", reference],
          ["Nothing is deleted before", graceEnds],
        ]}
      />
      <Paragraph>The link below cancels it, without signing in.</Paragraph>
    </MailLayout>
  );
}

DeletionScheduled.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  scope: "person",
  graceEnds: "4 December 2026 at 14:05 CET",
  token: "preview-token",
} satisfies DeletionScheduledProps;
