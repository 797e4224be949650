import { Facts, MailLayout, Paragraph } from "./layout";

export type TransferArrivedProps = {
  reference: string;
  scope: "person" | "company";
  transferId: string;
  name: string;
  origin: string;
};

export const transferArrivedSubject = ({ scope }: TransferArrivedProps) =>
  scope === "company" ? "Your company's data has arrived" : "Your data has arrived";

export function TransferArrived(props: TransferArrivedProps) {
  const { reference, transferId, name, origin } = props;
  return (
    <MailLayout
      title={transferArrivedSubject(props)}
      preview={`${name} signed that everything is there.`}
      action={{ label: "See the transfer", path: `/account/transfers/${transferId}` }}
      reason="You get this mail because you asked us to send data to another provider. It cannot be switched off."
    >
      <Paragraph>
        {name} checked every file against its checksum and signed that the package arrived whole. What happens next is
        decided there: sign in with the same address to look at it and take it over.
      </Paragraph>
      <Facts
        facts={[
          ["Request", reference],
          ["At", origin],
        ]}
      />
      <Paragraph quiet>Nothing was deleted here. If you want that too, ask for it on your account.</Paragraph>
    </MailLayout>
  );
}

TransferArrived.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  scope: "company",
  transferId: "0198c0de-0000-7000-8000-000000000000",
  name: "Fieldrunner",
  origin: "https://data.fieldrunner.example",
} satisfies TransferArrivedProps;
