import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type ClientRequestProps = { reference: string; company: string };

export const clientRequestSubject = ({ reference }: ClientRequestProps): string =>
  `A client of yours asked about their data (${reference})`;

/** To the owners of a company: somebody whom it names asked us, and only the company can answer. */
export function ClientRequest({ reference, company }: ClientRequestProps) {
  return (
    <MailLayout
      title="A client of yours asked about their data"
      preview="You decide about this data, so you answer them, within one month."
      action={{ label: "Read the request", path: "/account/clients" }}
      reason={`Sent to the owners of ${company}, since the law leaves the answer to you. Who asked and what they wrote stands in your account and not in this mail.`}
    >
      <Paragraph>
        Somebody whose address stands among the clients of {company} wrote to us about their data. We keep it for you
        and may not answer for you, so we passed the request on and told them so.
      </Paragraph>
      <Facts facts={[["Reference", reference]]} />
      <Paragraph>
        Sign in to see who asked and what. There you can also find what {config.company.productName} holds about a
        client of yours, and erase it. By law you have one month to answer (GDPR Article 12(3)).
      </Paragraph>
    </MailLayout>
  );
}

ClientRequest.PreviewProps = { reference: "PR-7K2M-Q4XD", company: "Lumen Lifts" } satisfies ClientRequestProps;
