import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type ErasureReceiptProps = {
  reference: string;
  scope: "person" | "company";
  /** In words of the reader's zone. */
  carriedOut: string;
  backupsAgedOut: string;
  /** Opens the receipt. */
  token: string;
};

export const erasureReceiptSubject = ({ scope }: ErasureReceiptProps): string =>
  scope === "company" ? "Your company account was deleted: the receipt" : "Your data was deleted: the receipt";

/** The last mail: what was asked for is done, and the receipt that shows it. */
export function ErasureReceipt(props: ErasureReceiptProps) {
  const { reference, scope, carriedOut, backupsAgedOut, token } = props;
  const whose = scope === "company" ? "your company account" : "your data";
  return (
    <MailLayout
      title={erasureReceiptSubject(props)}
      preview="The receipt says what was deleted, what had to stay, and until when."
      action={{ label: "Open the receipt", path: `/receipt/${token}` }}
      reason={`Sent because ${config.company.name} was asked to delete ${whose}. We erase this address from our mail queue once this mail has gone out.`}
    >
      <Paragraph>
        We deleted {whose}. The receipt says what was deleted, what was made anonymous, and what had to stay: why, and
        until when.
      </Paragraph>
      <Facts
        facts={[
          ["Reference", reference],
          ["Carried out", carriedOut],
          ["Gone from our backups by", backupsAgedOut],
        ]}
      />
      <Paragraph>
        Save the file that you find there: it is signed, and can be checked without us. The link works without signing
        in, so keep it to yourself.
      </Paragraph>
    </MailLayout>
  );
}

ErasureReceipt.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  scope: "person",
  carriedOut: "4 December 2026 at 14:05 CET",
  backupsAgedOut: "8 January 2027 at 14:05 CET",
  token: "preview-token",
} satisfies ErasureReceiptProps;
