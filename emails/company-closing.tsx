import { config } from "../trust-center.config";
import { Facts, MailLayout, MailLink, Paragraph } from "./layout";

export type CompanyClosingProps = {
  reference: string;
  company: string;
  /** End of the grace period, in words of the reader's zone. */
  graceEnds: string;
  /** Opens the page that cancels. */
  token: string;
};

export const companyClosingSubject = ({ company }: CompanyClosingProps): string =>
  `Another owner asked to close the account of ${company}`;

/** To the other owners of a company that one of them wants to close: everybody's account in it would end, and each of them can stop it. */
export function CompanyClosing(props: CompanyClosingProps) {
  const { reference, company, graceEnds, token } = props;
  return (
    <MailLayout
      title={companyClosingSubject(props)}
      preview={`Nothing is deleted before ${graceEnds}. As an owner you can stop it with one click.`}
      action={{ label: "Stop the deletion", path: `/account/deletion/cancel?token=${token}` }}
      after={
        <Paragraph>
          If it is right, do nothing. You can still{" "}
          <MailLink path="/account/requests/new?kind=access">take a copy of your data</MailLink> first.
        </Paragraph>
      }
      reason={`Sent to the other owners of ${company}, since a deletion of the whole company account was asked for. It cannot be switched off.`}
    >
      <Paragraph>
        Another owner of {company} asked {config.company.name} to delete the whole company account. That includes your
        own account and that of everybody who works there. Nothing has been deleted yet.
      </Paragraph>
      <Facts
        facts={[
          ["Reference", reference],
          ["Nothing is deleted before", graceEnds],
        ]}
      />
      <Paragraph>
        Every owner may stop it: the link below does, without signing in, and whoever asked is told. If you are not
        sure, ask them first, or <MailLink path="/contact">write to us</MailLink> with the reference.
      </Paragraph>
    </MailLayout>
  );
}

CompanyClosing.PreviewProps = {
  ...{ reference: "PR-7K2M-Q4XD", company: "Lumen Lifts", graceEnds: "4 December 2026 at 14:05 CET" },
  token: "preview-token",
} satisfies CompanyClosingProps;
