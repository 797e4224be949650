import { config } from "../trust-center.config";
import { MailLayout, Paragraph } from "./layout";

export type AddressChangeProveProps = {
  /** Until when the link works, in words of the reader's zone. */
  until: string;
  token: string;
};

export const addressChangeProveSubject = (_: AddressChangeProveProps): string => "Confirm your new address";

/** To the new address: proves that its mail is read, and nothing more (S14). */
export function AddressChangeProve({ until, token }: AddressChangeProveProps) {
  return (
    <MailLayout
      title="Confirm your new address"
      preview={`The link works until ${until}.`}
      action={{ label: "Confirm this address", path: `/account/address/confirm?token=${token}` }}
      after={<Paragraph quiet>The link works until {until}. It signs nobody in.</Paragraph>}
      reason={`Sent because somebody wants to sign in to ${config.company.name} with this address. If that was not you, do nothing, and this address stays out of it.`}
    >
      <Paragraph>Somebody asked to sign in to {config.company.name} with this address from now on.</Paragraph>
      <Paragraph>
        Was that you? Then confirm that mail to it reaches you. The change waits {config.addressChange.delayHours} hours
        in any case, and the old address can stop it until then.
      </Paragraph>
    </MailLayout>
  );
}

AddressChangeProve.PreviewProps = {
  until: "1 December 2026 at 14:05 CET",
  token: "preview-token",
} satisfies AddressChangeProveProps;
