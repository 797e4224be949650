import { config } from "../trust-center.config";
import { Facts, MailLayout, Paragraph } from "./layout";

export type TransferMemberProps = { who: string; company: string; origin: string; rows: string };

export const transferMemberSubject = ({ who }: TransferMemberProps): string => `${who} brought their own records along`;

/** To the owners of a company: somebody in it took over records of theirs, which lie in the company's account now. */
export function TransferMember(props: TransferMemberProps) {
  const { who, company, origin, rows } = props;
  return (
    <MailLayout
      title={transferMemberSubject(props)}
      preview={`They came from another provider and are in the account of ${company} now.`}
      reason={`Sent to the owners of ${company}, since the records are in its account. It cannot be switched off.`}
    >
      <Paragraph>
        {who} had their own records sent from another provider and took them over into {config.company.productName}.
        They belong to {who} within the account of {company}. Nothing that was there before was changed.
      </Paragraph>
      <Facts
        facts={[
          ["From", origin],
          ["Rows", rows],
        ]}
      />
      <Paragraph>If you did not expect that, ask {who} first.</Paragraph>
    </MailLayout>
  );
}

TransferMember.PreviewProps = {
  ...{ who: "Max Brandt", company: "Lumen Lifts" },
  ...{ origin: "https://trust.oldprovider.example", rows: "3,120" },
} satisfies TransferMemberProps;
