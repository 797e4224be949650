import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type TransferImportedProps = {
  incomingId: string;
  scope: "person" | "company";
  origin: string;
  rows: string;
  /** Why it was not, in words that follow a colon; null when it was. */
  why: string | null;
  /** What was not taken over though the rest was, and why, in the map's own words. */
  left: readonly { what: string; why: string }[];
};

const whose = { company: "Your company's data", person: "Your data" };

export const transferImportedSubject = ({ why, scope }: TransferImportedProps) =>
  `${whose[scope]} ${why === null ? "is here" : "could not be taken over"}`;

export function TransferImported(props: TransferImportedProps) {
  const { incomingId, scope, origin, rows, why, left } = props;
  return (
    <MailLayout
      title={transferImportedSubject(props)}
      preview={why === null ? `${rows} rows.` : "What was here before was not changed."}
      action={{ label: "See what came", path: `/account/transfers/incoming/${incomingId}` }}
      reason="You get this mail because you took over data that another provider sent. It cannot be switched off."
    >
      {why === null ? (
        <>
          <Paragraph>
            What you took over is in {config.company.productName} now.
            {scope === "company" ? " Your colleagues confirm their address when they first sign in." : ""}
          </Paragraph>
          <Facts
            facts={[
              ["From", origin],
              ["Rows", rows],
            ]}
          />
          {left.length > 0 ? (
            <>
              <Paragraph>Not taken over:</Paragraph>
              <Facts facts={left.slice(0, 40).map(({ what, why: reason }) => [what, reason] as const)} />
            </>
          ) : null}
        </>
      ) : (
        <Paragraph>
          The package from {origin} was not taken over: {why}. What was sent has been deleted here. Once that is
          settled, have it sent again.
        </Paragraph>
      )}
    </MailLayout>
  );
}

TransferImported.PreviewProps = {
  incomingId: "0198c0de-0000-7000-8000-000000000000",
  origin: "https://trust.oldprovider.example",
  scope: "company",
  rows: "3,120",
  why: null,
  left: [
    { what: "Invoices", why: "Your old provider billed it; what you owe or paid here is counted here alone" },
    { what: "Company: Plan", why: "set by us alone, so it begins here as for everybody" },
  ],
} satisfies TransferImportedProps;
