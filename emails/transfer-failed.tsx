import { Facts, MailLayout, MailLink, Paragraph } from "./layout";

export type TransferFailedProps = {
  reference: string;
  scope: "person" | "company";
  transferId: string;
  packageId: string;
  name: string;
  /** In words that follow a colon. */
  why: string;
};

export const transferFailedSubject = ({ scope }: TransferFailedProps) =>
  scope === "company" ? "Your company's data could not be sent" : "Your data could not be sent";

export function TransferFailed(props: TransferFailedProps) {
  const { reference, transferId, packageId, name, why } = props;
  return (
    <MailLayout
      title={transferFailedSubject(props)}
      preview={`${name} did not take it. Your copy is here.`}
      action={{ label: "Go to your copy", path: `/account/packages/${packageId}` }}
      reason="You get this mail because you asked us to send data to another provider. It cannot be switched off."
    >
      <Paragraph>
        We could not hand it to {name}: {why}. If parts of it had arrived there, we ask {name} to delete them.
      </Paragraph>
      <Facts facts={[["Request", reference]]} />
      <Paragraph>
        You can download the same package and hand it over yourself, or have it sent to somebody else, at no cost.
      </Paragraph>
      <Paragraph quiet>
        <MailLink path={`/account/transfers/${transferId}`}>See what happened</MailLink>.
      </Paragraph>
    </MailLayout>
  );
}

TransferFailed.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  scope: "company",
  transferId: "0198c0de-0000-7000-8000-000000000000",
  packageId: "0198c0de-0000-7000-8000-000000000000",
  name: "Fieldrunner",
  why: "the provider does not take data there any more",
} satisfies TransferFailedProps;
