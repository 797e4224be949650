import { MailLayout, Paragraph } from "./layout";

export type TransferRevokedProps = {
  scope: "person" | "company";
  transferId: string;
  name: string;
  /** Whether the provider may have something of it already. */
  reached: boolean;
};

export const transferRevokedSubject = ({ scope }: TransferRevokedProps) =>
  scope === "company"
    ? "The transfer of your company's data was taken back"
    : "The transfer of your data was taken back";

export function TransferRevoked(props: TransferRevokedProps) {
  const { transferId, name, reached } = props;
  return (
    <MailLayout
      title={transferRevokedSubject(props)}
      preview={reached ? `${name} is told to delete what it has.` : "Nothing had been sent."}
      action={{ label: "See the transfer", path: `/account/transfers/${transferId}` }}
      reason="You get this mail because a transfer of your data was stopped from your account. It cannot be switched off."
    >
      <Paragraph>
        {reached
          ? `Nothing more is sent. We tell ${name} to delete what had arrived; the transfer's page shows its answer.`
          : "Nothing had been sent, and nothing will be."}
      </Paragraph>
      <Paragraph quiet>You can ask for another transfer at any time, at no cost.</Paragraph>
    </MailLayout>
  );
}

TransferRevoked.PreviewProps = {
  scope: "company",
  transferId: "0198c0de-0000-7000-8000-000000000000",
  name: "Fieldrunner",
  reached: true,
} satisfies TransferRevokedProps;
