import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type AddressChangePlannedProps = {
  reference: string;
  /** The new one. */
  address: string;
  /** In words of the reader's zone. */
  notBefore: string;
  /** Opens the page that stops it. */
  token: string;
};

export const addressChangePlannedSubject = (_: AddressChangePlannedProps): string =>
  "Your sign-in address is about to change";

/** To every known address: another one is to take its place, when, and the one-click way to stop it (S14). */
export function AddressChangePlanned({ reference, address, notBefore, token }: AddressChangePlannedProps) {
  return (
    <MailLayout
      title="Your sign-in address is about to change"
      preview={`Nothing changes before ${notBefore}. You can stop it with one click.`}
      action={{ label: "Stop the change", path: `/account/address/stop?token=${token}` }}
      after={
        <Paragraph>
          If you want it to happen, open the link in the mail to the new address. Here is nothing to do.
        </Paragraph>
      }
      reason={`Sent because somebody signed in with this address asked ${config.company.name} to replace it. Was that not you? Stop it, then reply to this mail.`}
    >
      <Paragraph>We were asked to replace the address that you sign in with. Nothing has changed yet.</Paragraph>
      <Facts
        facts={[
          ["New address", address],
          ["Nothing changes before", notBefore],
          ["Reference", reference],
        ]}
      />
      <Paragraph>The link below stops it, without signing in.</Paragraph>
    </MailLayout>
  );
}

AddressChangePlanned.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  address: "robin.new@kestrel-clean.example",
  notBefore: "30 November 2026 at 14:05 CET",
  token: "preview-token",
} satisfies AddressChangePlannedProps;
