import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type TransferImportedProps = {
  incomingId: string;
  origin: string;
  rows: string;
  /** Why it was not, in words that follow a colon; null when it was. */
  why: string | null;
};

export const transferImportedSubject = ({ why }: TransferImportedProps) =>
  why === null ? "Your company's data is here" : "Your company's data could not be taken over";

export function TransferImported(props: TransferImportedProps) {
  const { incomingId, origin, rows, why } = props;
  return (
    <MailLayout
      title={transferImportedSubject(props)}
      preview={why === null ? `${rows} rows, all of them.` : "Nothing was changed."}
      action={{ label: "See what came", path: `/account/transfers/incoming/${incomingId}` }}
      reason="You get this mail because you took over data that another provider sent. It cannot be switched off."
    >
      {why === null ? (
        <>
          <Paragraph>
            Everything that you took over is in {config.company.productName} now. Your colleagues confirm their address
            when they first sign in.
          </Paragraph>
          <Facts
            facts={[
              ["From", origin],
              ["Rows", rows],
            ]}
          />
        </>
      ) : (
        <Paragraph>
          Nothing of the package from {origin} was taken over: {why}. What was sent has been deleted here. Once that is
          settled, have it sent again.
        </Paragraph>
      )}
    </MailLayout>
  );
}

TransferImported.PreviewProps = {
  incomingId: "0198c0de-0000-7000-8000-000000000000",
  origin: "https://trust.oldprovider.example",
  rows: "3,120",
  why: null,
} satisfies TransferImportedProps;
