import { config } from "../trust-center.config";
import { Facts, MailLayout, Panel, Paragraph } from "./layout";

export type PermissionSignedProps = {
  reference: string;
  /** Word for word what was signed. */
  statement: string;
  signedAt: string;
  /** Opens the page that takes it back. */
  token: string;
};

export const permissionSignedSubject = ({ reference }: PermissionSignedProps): string =>
  `You gave a permission (${reference})`;

/** To the subject: what they signed, and the way to take it back. */
export function PermissionSigned({ reference, statement, signedAt, token }: PermissionSignedProps) {
  return (
    <MailLayout
      title="You gave a permission"
      preview="What you signed, and how to take it back."
      action={{ label: "Take it back", path: `/requests/permission?token=${token}` }}
      reason={`Sent to the address that ${config.company.name} has on file, since a permission was signed with a link that went to it.`}
    >
      <Paragraph>You signed:</Paragraph>
      <Panel text={statement} />
      <Facts
        facts={[
          ["Reference", reference],
          ["Signed on", signedAt],
        ]}
      />
      <Paragraph>
        Was that not you, or do you want it to end? Take it back with the link below, and they get nothing more.
      </Paragraph>
    </MailLayout>
  );
}

PermissionSigned.PreviewProps = {
  reference: "PR-7K2M-Q4XD",
  statement:
    "I permit Alex Agent (alex@agents.example) to ask Operno for a copy of your data in my name, under reference PR-7K2M-Q4XD, and to receive the answers. I can take this back at any time.",
  signedAt: "29 November 2026 at 14:05 CET",
  token: "preview-token",
} satisfies PermissionSignedProps;
